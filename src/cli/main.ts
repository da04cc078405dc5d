import { processConsole } from './console';
import { endWhenNobodyListens } from './interrupt';
import { nodeTooOld } from './node-version';
import { runCommandLine } from './program';

const tooOld = nodeTooOld(process.versions.node);
if (tooOld !== undefined) {
  process.stderr.write(tooOld);
  process.exit(1);
}

endWhenNobodyListens();
// what the SDK prints about Node's age and itself is not part of our output
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

void runCommandLine(process.argv.slice(2), processConsole()).then(code => {
  process.exitCode = code;
  // fires only where something still holds the event loop
  setTimeout(() => process.exit(), 1_000).unref();
});
