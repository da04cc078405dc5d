/**
 * Types and lint of the whole repository, as one part of the tests: what the linter asks of types is answered by the program in which they were
 * checked. `npm run typecheck` and `npm run lint` find the same, but each reads and checks all of it, which together computes half as much again.
 */
import { ESLint } from 'eslint';
import fs from 'node:fs';
import ts from 'typescript';
import type { Failure } from './failures';
import type { Totals } from './totals';

const config = ts.getParsedCommandLineOfConfigFile(
  'tsconfig.json',
  {},
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  },
);
if (!config) throw new Error('tsconfig.json could not be read');
const program = ts.createProgram({
  rootNames: config.fileNames,
  options: config.options,
  configFileParsingDiagnostics: config.errors,
});

function typeErrors(): string {
  return ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), {
    getCanonicalFileName: name => name,
    getCurrentDirectory: ts.sys.getCurrentDirectory,
    getNewLine: () => '\n',
  });
}

/** What the linter finds in the files of the repository. Only errors fail; warnings are told beside them. */
async function lintErrors(): Promise<string> {
  const { include } = config!.raw as { include: string[] };
  const eslint = new ESLint({
    overrideConfig: {
      files: include.map(folder => `${folder}/**/*.ts`),
      languageOptions: { parserOptions: { programs: [program] } },
    },
  });
  const results = await eslint.lintFiles('.');
  const told = await (await eslint.loadFormatter('stylish')).format(results);
  if (results.some(({ errorCount }) => errorCount > 0)) return told;
  console.log(told);
  return '';
}

async function main(): Promise<void> {
  const failures: Failure[] = [];
  // types first: the linter then finds them known
  for (const [title, errors] of [
    ['types', typeErrors()],
    ['lint', await lintErrors()],
  ] as const) {
    if (errors === '') continue;
    console.error(errors);
    failures.push({ title, message: errors.slice(0, 1_500) });
  }
  const totals: Totals = { passed: 2 - failures.length, failed: failures.length, skipped: 0, failures };
  if (process.env.WORKSHOP_TEST_TOTALS) fs.writeFileSync(process.env.WORKSHOP_TEST_TOTALS, JSON.stringify(totals));
  process.exitCode = failures.length === 0 ? 0 : 1;
}

void main();
