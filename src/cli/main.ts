#!/usr/bin/env node
import { createRequire } from 'node:module';
import type * as CommandProcess from './command-process';
import { endWhenNobodyListens, endWithNpx } from './interrupt';
import { endWithoutMemory } from './no-memory';
import { nodeTooOld } from './node-version';

const tooOld = nodeTooOld(process.versions.node);
if (tooOld !== undefined) {
  process.stderr.write(tooOld);
  process.exit(1);
}

endWhenNobodyListens();
endWithNpx();
endWithoutMemory();
// what the SDK prints about Node's age and itself is not part of our output
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// the commands are a file of their own: megabytes, and a signal that comes while they are read must end the process as documented
const { runCommandProcess } = createRequire(__filename)('./command-process.js') as typeof CommandProcess;
// what came meanwhile is heard first
setImmediate(() => void runCommandProcess());
