/** Runs in the extension host, in front of the real tests: writes the outcome to a file, because a host that dies is reported as success. */
import fs from 'node:fs';
import { createRequire } from 'node:module';

interface Tests {
  run(): Promise<void>;
}

export async function run(): Promise<void> {
  const { CODE_SHIM_TESTS: tests, CODE_SHIM_RESULT: result } = process.env;
  if (!tests || !result) throw new Error('started without CODE_SHIM_TESTS and CODE_SHIM_RESULT');
  try {
    await (createRequire(tests)(tests) as Tests).run();
    fs.writeFileSync(result, '0');
  } catch (error) {
    fs.writeFileSync(result, '1');
    throw error;
  }
}
