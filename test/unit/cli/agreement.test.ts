import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { agree } from '../../../src/cli/agreement';
import { setup } from '../../../src/cli/commands/setup';
import { start } from '../../../src/cli/commands/start';
import { pathInShell } from '../../../src/cli/shell-text';
import type { Target } from '../../../src/node/target';
import { bufferConsole } from '../../support/console';

const aws: Target = {
  name: 'prod',
  kind: 'aws',
  region: 'us-east-1',
  endpoint: 'cluster.dsql.us-east-1.on.aws',
  port: 5432,
  credentials: { admin: () => Promise.reject(new Error('there are none')) },
  lambda: { roleArn: 'arn:aws:iam::123456789012:role/x', functionPrefix: 'mine-' },
};
const nowhere = (): Promise<Target> => Promise.reject(new Error('a target was looked for'));
const options = { accounts: '1000', balance: '100', workers: '4' };

describe('what costs money or drops data in AWS', () => {
  it('is not done by setup when nobody agrees, and --reset says what is deleted', async () => {
    const console = bufferConsole();
    await assert.rejects(
      setup({ ...options, reset: true }, () => Promise.resolve(aws), console),
      {
        code: 'SETUP_NOT_CONFIRMED',
        nextStep: 'Repeat the command with --yes.',
      },
    );
    assert.match(console.err(), /^Account: .*not known \(there are none\); the functions' role is of 123456789012\n/);
    assert.match(console.err(), /cluster\.dsql\.us-east-1\.on\.aws, in AWS/);
    assert.match(console.err(), /deletes every row of transactions and every account above 1,000/);
    assert.equal(console.out(), '');
  });

  it('is not even asked about where the command line is wrong', async () => {
    for (const wrong of [{ balance: '' }, { balance: '-1' }, { accounts: '0' }, { workers: '65' }, { accounts: 'all' }])
      await assert.rejects(setup({ ...options, ...wrong }, nowhere, bufferConsole()), { code: 'USAGE' });
  });

  it('is done without a question when it was agreed to', async () => {
    const console = bufferConsole();
    await agree({ lines: ['it costs'], question: 'Run it?', code: 'X', yes: true }, console);
    assert.equal(console.err(), 'it costs\n');
  });
});

describe('dsql-workshop start', () => {
  it('prints a command that can be pasted, whatever the folder is called', () => {
    const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-start-')), 'my bank ü');
    try {
      const console = bufferConsole();
      assert.equal(start(folder, {}, console), 0);
      assert.ok(console.out().includes(`dsql-workshop run --code ${pathInShell(folder)}\n`), console.out());
    } finally {
      fs.rmSync(path.dirname(folder), { recursive: true, force: true });
    }
  });
});
