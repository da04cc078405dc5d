import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { distFile } from '../../../src/node/assets';
import { repositoryRoot } from '../../../src/build/repository';
import { until } from '../../support/scratch';

const CLI = distFile('cli.js');

interface Outcome {
  code: number | string | null | undefined;
  out: string;
  err: string;
}

function exec(...args: string[]): Promise<Outcome> {
  return new Promise(resolve => {
    execFile(process.execPath, [CLI, 'local', 'exec', ...args], { cwd: repositoryRoot() }, (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err }),
    );
  });
}

/** A program of somebody's that connects by its environment alone. */
const script = (body: string): string[] => [
  '--',
  process.execPath,
  '-e',
  `const { Client } = require('pg');
   const connect = async () => {
     const client = new Client({ ssl: { ca: require('node:fs').readFileSync(process.env.PGSSLROOTCERT, 'utf8') } });
     await client.connect();
     return client;
   };
   (async () => { ${body} })();`,
];

describe('a command beside a local cluster of its own', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-exec-'));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('finds the cluster in its environment; its exit code is the one of both, and the cluster is gone', async () => {
    const { code, out, err } = await exec(
      ...script(`
        const client = await connect();
        const { rows } = await client.query('SELECT current_user AS who');
        await client.end();
        console.log(rows[0].who, require('node:path').dirname(process.env.PGSSLROOTCERT));
        process.exit(7);`),
    );
    assert.equal(code, 7, err);
    const [who, directory = ''] = out.trim().split(' ');
    assert.equal(who, 'admin');
    assert.equal(fs.existsSync(directory), false);
  });

  const nested = (...command: string[]): string[] => ['--', process.execPath, CLI, ...command];

  it('is what commands of this product find within it, but for those that name another', async () => {
    const COUNT = `SELECT count(*)::int AS n FROM accounts`;
    const loaded = await exec(
      ...['--', process.execPath, '-e'],
      `const run = (...words) => require('node:child_process').execFileSync(process.execPath, [${JSON.stringify(CLI)}, ...words], { stdio: 'inherit' });
       run('setup', '--accounts', '7');
       run('sql', '-c', '${COUNT}', '--json');`,
    );
    assert.equal(loaded.code, 0, loaded.err);
    assert.match(loaded.out, /7 accounts inserted[^]*"rows":\[\["7"\]\]/);
    const elsewhere = path.join(folder, 'no cluster here');
    const { code, err } = await exec(...nested('sql', '-c', 'SELECT 1', '--data-dir', elsewhere));
    assert.equal(code, 1);
    assert.match(err, /no local cluster runs on .*no cluster here\n/);
  });

  it('keeps the data of a directory that is named, and takes the options of a cluster', async () => {
    const data = path.join(folder, 'kept');
    const made = await exec(
      '--data-dir',
      data,
      ...script(
        `const client = await connect(); await client.query('CREATE TABLE kept (id int PRIMARY KEY)'); await client.end();`,
      ),
    );
    assert.equal(made.code, 0, made.err);
    const refused = await exec(
      ...['--data-dir', data, '--inject-conflicts', '1'],
      ...script(`const client = await connect();
        await client.query('INSERT INTO kept VALUES (1)').catch(error => console.log(error.code));
        await client.end();`),
    );
    assert.deepEqual([refused.code, refused.out.trim()], [0, '40001'], refused.err);
  });

  it('leaves to the command what stands behind its name, with or without a double dash', async () => {
    const words = ['--version', '--port', '1', '--json'];
    const { code, out, err } = await exec(process.execPath, '-p', 'process.argv.slice(1).join()', '--', ...words);
    assert.deepEqual([code, out.trim()], [0, words.join()], err);
  });

  it('says what is wrong before a cluster is started', async () => {
    const unknown = await exec('--inject-conflicts', '2', '--', 'true');
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /share of the commits/);
    const none = await exec();
    assert.equal(none.code, 2);
    const missing = await exec('--', 'no-such-program-here');
    assert.equal(missing.code, 2);
    assert.match(missing.err, /no-such-program-here cannot be started/);
  });

  it('passes a request to end on to the command, which decides', async function () {
    if (process.platform === 'win32') this.skip();
    const child = spawn(
      process.execPath,
      [
        ...[CLI, 'local', 'exec', '--', process.execPath, '-e'],
        `process.on('SIGTERM', () => process.exit(33)); console.log(process.env.PGSSLROOTCERT); setInterval(() => {}, 1000)`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [certificate] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    assert.equal(code, 33);
    await until(() => !fs.existsSync(path.dirname(certificate)), 'the cluster is gone');
  });
});
