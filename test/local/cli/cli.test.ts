import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { LambdaClient, InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DsqlSigner } from '@aws-sdk/dsql-signer';
import pg from 'pg';
import { isOwnNpx } from '../../../src/cli/interrupt';
import { CLUSTER_FILE, type LocalClusterInfo } from '../../../src/protocol/local-cluster';
import { distFile, productRoot } from '../../../src/node/assets';
import { isAlive } from '../../../src/node/process-alive';
import { until } from '../../support/scratch';

interface Outcome {
  code: number;
  out: string;
  err: string;
}

const CLI = distFile('cli.js');
const GREETER = path.join(productRoot(), 'workshop/chapters/00-connect-and-authorise/lambda');

function cli(...args: string[]): Promise<Outcome> {
  return new Promise(resolve => {
    execFile(process.execPath, [CLI, ...args], { encoding: 'utf8' }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise(resolve => child.once('exit', code => resolve(code)));

/** A slow machine takes this long to start or end a cluster. */
const CLUSTER_WITHIN_MS = 50_000;

describe('the command line, asked to end before its commands have been read', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-early-'));
  const early = path.join(folder, 'early.cjs');
  before(() =>
    fs.writeFileSync(
      early,
      `const Module = require('node:module');
      const load = Module._load;
      Module._load = function (file, ...rest) {
        if (file.endsWith('command-process.js')) process.kill(process.pid, process.env.EARLY_SIGNAL);
        return load.call(this, file, ...rest);
      };`,
    ),
  );
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    it(`ends with the documented code (${signal})`, async () => {
      const child = spawn(process.execPath, ['--require', early, CLI, 'stress', '--data-dir', folder], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, EARLY_SIGNAL: signal },
      });
      const [code, by] = (await once(child, 'exit')) as [number | null, string | null];
      assert.deepEqual([code, by], [130, null]);
    });
});

describe('the command line, asked to end while it reads standard input', () => {
  for (const line of ['plan -', 'lint -', 'sql -f -'])
    it(`ends with the documented code: ${line}`, async () => {
      const child = spawn(process.execPath, [CLI, ...line.split(' ')], { stdio: ['pipe', 'ignore', 'inherit'] });
      const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
      child.stdin.on('error', () => undefined);
      // more than a pipe holds: when it is gone somebody reads
      await new Promise(resolve => child.stdin.write(' '.repeat(2 ** 20), resolve));
      child.kill('SIGINT');
      assert.deepEqual(await ended, [130, null]);
    });
});

describe('the command line, when the npx that runs it is killed', () => {
  it('ends as well: npx ends its shell alone', async function () {
    if (process.platform === 'win32') this.skip();
    const server = net.createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    const audit = [process.execPath, CLI, 'audit', `postgres://somebody@127.0.0.1:${port}/bank`];
    const shell = spawn('/bin/sh', ['-c', '"$0" "$@"; :', ...audit], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, npm_lifecycle_event: 'npx', npm_lifecycle_script: "'dsql-workshop'" },
    });
    const told = text(shell.stderr!);
    const [socket] = (await once(server, 'connection')) as [net.Socket];
    shell.kill('SIGKILL');
    assert.equal(await told, 'Interrupted.\n');
    socket.destroy();
    server.close();
  });

  it('is that npx only where it was asked for this command', () => {
    const of = (event?: string, script?: string): boolean =>
      isOwnNpx({ npm_lifecycle_event: event, npm_lifecycle_script: script });
    assert.deepEqual([of('npx', 'dsql-workshop'), of('npx', "'dsql-workshop' local")], [true, true]);
    assert.deepEqual([of(), of('npx', 'mocha'), of('pretest', 'dsql-workshop local &')], [false, false, false]);
  });
});

describe('an audit of a database that does not answer', () => {
  it('ends when it is asked to, and says so', async () => {
    const server = net.createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    const child = spawn(process.execPath, [CLI, 'audit', `postgres://somebody@127.0.0.1:${port}/bank`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = Promise.all([text(child.stderr!), exitOf(child)]);
    const [socket] = (await once(server, 'connection')) as [net.Socket];
    child.kill('SIGINT');
    assert.deepEqual(await ended, ['Interrupted.\n', 130]);
    socket.destroy();
    server.close();
  });
});

describe('the command line, where its output cannot be written', () => {
  it('says so, goes on, and has failed', async function () {
    if (process.platform !== 'linux') this.skip();
    const full = fs.openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [CLI, '--help'], { stdio: ['ignore', full, 'pipe'] });
    const [told, code] = await Promise.all([text(child.stderr!), exitOf(child)]);
    fs.closeSync(full);
    assert.equal(code, 1);
    assert.match(told, /^error: Standard output cannot be written: ENOSPC.*\nWhat comes after it is not shown\..*\n$/);
  });
});

describe('the command line, with a local cluster', () => {
  let dataDir: string;
  let server: ChildProcess;
  let info: LocalClusterInfo;

  before(async () => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-cli-'));
    server = spawn(process.execPath, [CLI, 'local', '--json', '--port', '0', '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: server.stdout! });
    info = JSON.parse(await new Promise<string>(resolve => lines.once('line', resolve))) as LocalClusterInfo;
  });

  after(async () => {
    if (server.exitCode === null) {
      const exit = exitOf(server);
      server.kill('SIGTERM');
      assert.equal(await exit, 0, 'a stop that was asked for');
    }
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  it('prints one JSON line with everything a program needs', () => {
    assert.deepEqual([info.endpoint, info.dataDir, info.region], ['localhost', dataDir, 'us-east-1']);
    assert.match(info.clusterId, /^[a-z2-7]{26}$/);
  });

  it('prints an environment that pg and the AWS SDK connect with, without knowing it is local', async () => {
    const { code, out } = await cli('local', 'env', '--shell', 'json', '--data-dir', dataDir);
    assert.equal(code, 0);
    const env = JSON.parse(out) as Record<string, string>;
    assert.deepEqual(Object.keys(env).sort(), [
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL_LAMBDA',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'CLUSTER_ENDPOINT',
      'CLUSTER_HOST',
      'CLUSTER_USER',
      'DSQL_WORKSHOP_DATA_DIR',
      'NODE_EXTRA_CA_CERTS',
      'PGDATABASE',
      'PGHOST',
      'PGPASSWORD',
      'PGPORT',
      'PGSSLMODE',
      'PGSSLROOTCERT',
      'PGUSER',
      'REGION',
    ]);
    assert.equal(env.PGSSLMODE, 'verify-full');
    const client = new pg.Client({
      host: env.PGHOST,
      port: Number(env.PGPORT),
      user: env.PGUSER,
      password: env.PGPASSWORD,
      database: env.PGDATABASE,
      ssl: { ca: fs.readFileSync(env.PGSSLROOTCERT!, 'utf8') },
    });
    await client.connect();
    try {
      assert.deepEqual((await client.query('SELECT current_user::text AS me')).rows, [{ me: 'admin' }]);
    } finally {
      await client.end();
    }
  });

  it('tells the suites of AWS’s connectors the name that the cluster has by its certificate and in tokens', async () => {
    const { out } = await cli('local', 'env', '--shell', 'json', '--data-dir', dataDir);
    const env = JSON.parse(out) as Record<string, string>;
    const signer = new DsqlSigner({
      hostname: env.CLUSTER_HOST!,
      region: env.REGION,
      credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
    });
    const client = new pg.Client({
      host: '127.0.0.1',
      port: Number(env.PGPORT),
      user: env.CLUSTER_USER,
      password: await signer.getDbConnectAdminAuthToken(),
      database: env.PGDATABASE,
      ssl: { ca: fs.readFileSync(env.NODE_EXTRA_CA_CERTS!, 'utf8'), servername: env.CLUSTER_HOST },
    });
    await client.connect();
    await client.end();
    assert.equal(env.CLUSTER_HOST, `${info.clusterId}.dsql.us-east-1.on.aws`);
  });

  it('deploys, lists and invokes; says why a function is refused', async () => {
    const deployed = await cli('deploy', GREETER, '--data-dir', dataDir);
    assert.equal(deployed.code, 0, deployed.err);
    assert.match(deployed.out, /Created arn:aws:lambda:us-east-1:000000000000:function:greeter/);
    const lambda = new LambdaClient({
      endpoint: info.lambdaEndpoint,
      region: info.region,
      credentials: info.admin,
    });
    try {
      const { Functions } = await lambda.send(new ListFunctionsCommand({}));
      assert.deepEqual(
        Functions?.map(f => f.FunctionName),
        ['greeter'],
      );
      const answer = await lambda.send(new InvokeCommand({ FunctionName: 'greeter', Payload: Buffer.from('{}') }));
      assert.equal(answer.FunctionError, 'Unhandled');
    } finally {
      lambda.destroy();
    }
    const refused = await cli('invoke', '{"name":"x"}', '--name', 'greeter', '--data-dir', dataDir);
    assert.equal(refused.code, 1);
    assert.match(refused.out, /unable to accept connection, access denied/);
    assert.match(refused.err, /may not connect to the database yet: dsql-workshop role --apply\n$/);
    assert.equal((await cli('invoke', '{name}', '--data-dir', dataDir)).code, 2);
    const configure = (...more: string[]) => cli('configure-function', 'greeter', ...more, '--data-dir', dataDir);
    const configured = await configure('--memory', '256', '--env', 'GREETING=hello');
    assert.match(configured.out, /^greeter: memory 512 → 256 MiB, GREETING set\n$/, configured.err);
    assert.equal((await configure('--memory', '256')).out, 'greeter is set so already.\n');
    const missing = await cli('configure-function', 'nobody', '--memory', '256', '--data-dir', dataDir);
    assert.deepEqual([missing.code, /There is no function "nobody"/.test(missing.err)], [1, true], missing.err);
  });

  it('holds a deployed function against a folder', async () => {
    const folder = path.join(dataDir, 'mine');
    fs.cpSync(GREETER, folder, { recursive: true });
    const compare = (directory = folder) =>
      cli('compare-function', directory, '--name', 'greeter', '--exit-code', '--data-dir', dataDir);
    const same = await compare(GREETER);
    assert.match(same.out, /^greeter runs the code of /, same.err);
    assert.equal(same.code, 0);
    fs.appendFileSync(path.join(folder, 'index.ts'), '// mine\n');
    const other = await compare();
    assert.equal(other.code, 1);
    assert.match(other.out, /^greeter runs other code \(.*\n--- a\/index\.ts\n[^]*\n\+\/\/ mine\n/);
    fs.rmSync(path.join(folder, 'index.ts'));
    assert.match((await compare()).err, /No handler found in/);
  });

  it('runs SQL as text, as JSON, and shows what the server says of errors', async () => {
    const text = await cli('sql', '-c', "SELECT 1 AS one, NULL AS none, 'a' || chr(27) AS text", '--data-dir', dataDir);
    assert.equal(text.code, 0);
    assert.match(text.out, /one │ none │ text\n.*\n {2}1 │ NULL │ a\uFFFD\n\(1 row\)\n/);
    const json = await cli(
      'sql',
      '--json',
      '-c',
      'CREATE TABLE IF NOT EXISTS cli_t (id int PRIMARY KEY)',
      '--data-dir',
      dataDir,
    );
    assert.deepEqual(JSON.parse(json.out), { columns: [], rows: [], tag: 'CREATE TABLE' });
    const noticed = await cli('sql', '--json', '-c', 'DROP TABLE IF EXISTS nowhere', '--data-dir', dataDir);
    assert.match(noticed.err, /NOTICE: table "nowhere" does not exist, skipping\n/);
    assert.deepEqual(JSON.parse(noticed.out), { columns: [], rows: [], tag: 'DROP TABLE' });
    const failed = await cli('sql', '-c', 'CREATE INDEX ON cli_t (id)', '--data-dir', dataDir);
    assert.equal(failed.code, 1);
    assert.match(failed.err, /error: unsupported mode\. please use CREATE INDEX ASYNC\. \(0A000\)/);
    const [, unknown] = (await cli('sql', '--json', '-c', 'SELECT ids FROM cli_t', '--data-dir', dataDir)).out.split(
      '{"error":',
    );
    assert.match(unknown!, /"sqlstate":"42703","hint":"Perhaps you meant to reference the column \\"cli_t.id\\"/);
  });

  it('prints what each statement of a text answers, as JSON in one document', async () => {
    const run = (text: string, ...more: string[]) => cli('sql', '-c', text, '--data-dir', dataDir, ...more);
    const several = "BEGIN; SELECT 'a;b' AS x; SELECT 2 AS y WHERE false; COMMIT";
    assert.equal((await run(several)).out, 'BEGIN\nx\n───\na;b\n(1 row)\ny\n─\n(0 rows)\nCOMMIT\n');
    assert.deepEqual(JSON.parse((await run(several, '--json')).out), [
      { columns: [], rows: [], tag: 'BEGIN' },
      { columns: ['x'], rows: [['a;b']], tag: 'SELECT 1' },
      { columns: ['y'], rows: [], tag: 'SELECT 0' },
      { columns: [], rows: [], tag: 'COMMIT' },
    ]);
  });

  it('prints what the statements before one that fails have answered, and tells what is undone with it', async () => {
    const run = (text: string, ...more: string[]) => cli('sql', '-c', text, '--data-dir', dataDir, ...more);
    await run('CREATE TABLE undone_t (id int PRIMARY KEY)');
    const insert = (id: number) => `INSERT INTO undone_t VALUES (${id})`;
    const undone = await run(`SELECT 1 AS x; ${insert(1)}; SELECT nowhere; SELECT 2`);
    assert.deepEqual([undone.code, undone.out], [1, 'x\n─\n1\n(1 row)\nINSERT 0 1\n']);
    assert.match(undone.err, /\(42703\)\nLINE 1: .*\n *\^\nUndone with it: 1 row inserted\.\n$/);
    const kept = await run(`BEGIN; ${insert(2)}; COMMIT; SELECT 3 AS y; SELECT nowhere`);
    assert.equal(kept.out, 'BEGIN\nINSERT 0 1\nCOMMIT\ny\n─\n3\n(1 row)\n');
    assert.match(kept.err, /^error: column "nowhere" does not exist \(42703\)\nLINE 1: .*\n *\^\n$/);
    const json = await run(`${insert(3)}; ${insert(4)}; ${insert(4)}`, '--json');
    const [answers, failure] = json.out.trim().split('\n');
    const inserted = { columns: [], rows: [], tag: 'INSERT 0 1' };
    assert.deepEqual([json.code, JSON.parse(answers!)], [1, [inserted, inserted]]);
    assert.match(failure!, /^\{"error":.*"sqlstate":"23505".*"nextStep":".*Undone with it: 2 rows inserted/);
    const alone = await run('SELECT nowhere; SELECT 1', '--json');
    assert.match(alone.out, /^\{"error":.*\}\n$/);
    assert.match((await run('SELECT id FROM undone_t')).out, /id\n──\n 2\n\(1 row\)\n/);
  });

  it('prints a plan as it came, so that plan can read it, and nothing cut that another program reads', async () => {
    const explained = await cli('sql', '-c', 'EXPLAIN VERBOSE SELECT classid FROM pg_depend', '--data-dir', dataDir);
    assert.match(explained.out, /^\S.*\(cost=\d+\.\d+\.\.\d+\.\d+ rows=\d+ width=\d+\)\n {2}Output: classid\n/);
    const long = await cli('sql', '-c', "SELECT repeat('x', 100) AS x", '--data-dir', dataDir);
    assert.match(long.out, /\nx{100}\n\(1 row\)\n$/);
  });

  it('says of a connection that is refused what helps this user there', async () => {
    const run = async (...who: string[]) => (await cli('sql', '-c', 'SELECT 1', ...who, '--data-dir', dataDir)).err;
    const admin = `AWS IAM GRANT nobody TO 'arn:aws:iam::000000000000:role/workshop-admin'; the role must exist WITH LOGIN.`;
    assert.match(await run('--user', 'nobody'), new RegExp(`access denied \\(08006\\)\n.* as admin: ${admin}\n$`));
    assert.match(await run('--as', 'lambda'), /\nHINT: .*\nThis identity may not be admin: .*\n$/);
  });

  it('shows where in a text the error is', async () => {
    const { err } = await cli('sql', '-c', "SELECT 'é€';\n  SELECT id,\n  FROM accounts", '--data-dir', dataDir);
    assert.equal(err, 'error: syntax error at or near "FROM" (42601)\nLINE 3:   FROM accounts\n          ^\n');
  });

  it('runs a file statement by statement, and names the line of the one that fails', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-sql-'));
    const file = path.join(folder, 'schema.sql');
    const run = (...more: string[]) => cli('sql', '-f', file, '--data-dir', dataDir, ...more);
    fs.writeFileSync(
      file,
      'CREATE TABLE script_a (id int PRIMARY KEY);\nCREATE TABLE script_b (id int PRIMARY KEY);\n-- two\nINSERT INTO script_a VALUES (1), (2);\nBEGIN;\nDELETE FROM script_a;\n',
    );
    const made = await run();
    assert.deepEqual([made.code, made.out], [0, 'CREATE TABLE\nCREATE TABLE\nINSERT 0 2\nBEGIN\nDELETE 2\n'], made.err);
    assert.match(made.err, /open at the end is rolled back/);
    fs.writeFileSync(file, 'SELECT count(*) FROM script_a;\n\nTRUNCATE script_a;\nSELECT 1;\nSELECT 2;\n');
    const failed = await run('--json');
    assert.equal(failed.code, 1);
    const [counted, error] = failed.out.trim().split('\n');
    assert.deepEqual(JSON.parse(counted!), { columns: ['count'], rows: [['2']], tag: 'SELECT 1' });
    assert.match(error!, /schema\.sql:3: .*2 statements after it not run\./);
    fs.writeFileSync(
      file,
      'BEGIN;\nDELETE FROM script_a;\nCOMMIT;\nBEGIN;\nSELECT 1;\nINSERT INTO script_a VALUES (1);\nINSERT INTO script_a VALUES (1);\n',
    );
    assert.match((await run()).err, /schema\.sql:7: .*\nUndone with it: 1 row inserted\.\n$/s);
    assert.match((await cli('sql', '-c', 'SELECT count(*) FROM script_a', '--data-dir', dataDir)).out, /\n +0\n/);
    fs.writeFileSync(file, '\\c other\n');
    assert.match(
      (await run()).err,
      /schema\.sql:1: \\c is a command of psql, not SQL\nLeave it out, or run the script with psql\.\n$/,
    );
    fs.writeFileSync(file, 'SELECT $1;\n');
    assert.match((await run()).err, /schema\.sql:1: the statement has placeholders/);
    fs.writeFileSync(file, 'SELECT 1;\nSELECT *\nFROM\tno_such;\n');
    assert.match((await run()).err, /schema\.sql:2: .* \(42P01\)\nLINE 2: FROM no_such\n {13}\^\n/);
    fs.rmSync(folder, { recursive: true });
  });

  it('prints a token alone, or its parts without the signature', async () => {
    const { out } = await cli('token', '--user', 'myapp', '--as', 'lambda', '--data-dir', dataDir);
    assert.match(out, /^localhost\/\?Action=DbConnect&\S+\n$/);
    const decoded = await cli('token', '--decode', '--data-dir', dataDir);
    assert.match(decoded.out, /X-Amz-Signature +│ \(64 characters, hidden\)/);
    assert.equal((await cli('token', '--expires-in', '604801', '--data-dir', dataDir)).code, 2);
  });

  it('refuses a second cluster on the same folder, naming the first', async () => {
    const { code, err } = await cli('local', '--data-dir', dataDir);
    assert.equal(code, 1);
    assert.match(err, new RegExp(`^error: .*already runs on .*process ${server.pid}`));
  });

  it('runs a chapter on the cluster that runs, and leaves it running', async () => {
    const { code, out } = await cli('run', '0', '--json', '--data-dir', dataDir);
    const events = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { event: string; ok?: boolean; held?: boolean });
    assert.equal(code, 0, out);
    assert.deepEqual(events.at(-1)?.ok, true);
    assert.ok(events.filter(({ event }) => event === 'check').every(({ held }) => held));
    assert.equal(isAlive(info.pid), true);
  });

  it('drops no table that is not the workshop’s unless it is agreed to', async () => {
    const sql = (text: string) => cli('sql', '-c', text, '--data-dir', dataDir);
    await sql('CREATE TABLE wallets (id text PRIMARY KEY, currency text)');
    const refused = await cli('run', '7', '--json', '--data-dir', dataDir);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /wallets \(id text, currency text\)/);
    assert.match(refused.out + refused.err, /TABLES_NOT_THE_WORKSHOPS/);
    assert.match((await sql('SELECT currency FROM wallets')).out, /currency/);
    assert.equal((await cli('run', '7', '--json', '--yes', '--data-dir', dataDir)).code, 0);
    const again = await cli('run', '7', '--json', '--data-dir', dataDir);
    assert.equal(again.code, 0, again.err);
  });
});

describe('an interrupted run', () => {
  it('ends within three seconds with 130 and leaves no process and no folder', async function () {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-int-'));
    const child = spawn(process.execPath, [CLI, 'run', '2'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
    });
    let out = '';
    child.stdout!.on('data', (part: Buffer) => (out += part.toString()));
    const exit = exitOf(child);
    await until(() => out.includes('Without retries'), 'the first stress run', CLUSTER_WITHIN_MS);
    const [folder] = fs.readdirSync(temporary).filter(name => name.startsWith('dsql-workshop-'));
    const { pid } = JSON.parse(
      fs.readFileSync(path.join(temporary, folder!, 'cluster.json'), 'utf8'),
    ) as LocalClusterInfo;
    child.kill('SIGINT');
    assert.equal(await exit, 130);
    await until(() => !isAlive(pid), 'the cluster has ended', CLUSTER_WITHIN_MS);
    assert.deepEqual(
      fs.readdirSync(temporary).filter(name => name.startsWith('dsql-workshop-')),
      [],
    );
    fs.rmSync(temporary, { recursive: true });
  });

  it('that is interrupted twice ends at once, and leaves no folder either', async () => {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-twice-'));
    const child = spawn(process.execPath, [CLI, 'run', '1'], {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
    });
    const exit = exitOf(child);
    const folders = (): string[] => fs.readdirSync(temporary).filter(name => name.startsWith('dsql-workshop-'));
    const clusters = (): string[] => folders().map(name => path.join(temporary, name, 'cluster.json'));
    await until(() => clusters().some(file => fs.existsSync(file)), 'the cluster is ready', CLUSTER_WITHIN_MS);
    // a process may be told of two that come at once only once
    const again = setInterval(() => child.kill('SIGINT'), 20);
    assert.equal(await exit, 130);
    clearInterval(again);
    assert.deepEqual(folders(), []);
    fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  });

  it('that is killed takes its cluster with it', async () => {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-kill-'));
    const child = spawn(process.execPath, [CLI, 'run', '1', '--data-dir', path.join(temporary, 'data')], {
      stdio: 'ignore',
    });
    const file = path.join(temporary, 'data', 'cluster.json');
    await until(() => fs.existsSync(file), 'the cluster is ready', CLUSTER_WITHIN_MS);
    const { pid } = JSON.parse(fs.readFileSync(file, 'utf8')) as LocalClusterInfo;
    child.kill('SIGKILL');
    await until(() => !isAlive(pid), 'the cluster has ended', CLUSTER_WITHIN_MS);
    fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  });
});

describe('a command that is asked to end before anything is under way', () => {
  it('ends with the documented code, whatever it was asked by', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-early-'));
    // a cluster that takes connections and says nothing
    const silent = net.createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as net.AddressInfo;
    const nobody = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'secret',
      arn: 'arn:aws:iam::000000000000:role/nobody',
    };
    const caFile = path.join(folder, 'ca.pem');
    fs.writeFileSync(caFile, '');
    const info: LocalClusterInfo = {
      ...{ endpoint: '127.0.0.1', port, region: 'us-east-1', caFile, dataDir: folder, clusterId: 'a'.repeat(26) },
      ...{ lambdaEndpoint: `http://127.0.0.1:${port}`, admin: nobody, lambdaRole: nobody, generatorRole: nobody },
      pid: process.pid,
    };
    fs.writeFileSync(path.join(folder, CLUSTER_FILE), JSON.stringify(info));
    const child = spawn(process.execPath, [CLI, 'sql', '-c', 'SELECT 1', '--data-dir', folder], { stdio: 'ignore' });
    const exit = exitOf(child);
    try {
      // it looks whether somebody listens, then it connects
      for (let connections = 0; connections < 2; connections++) await once(silent, 'connection');
      child.kill('SIGTERM');
      assert.equal(await exit, 130);
    } finally {
      child.kill('SIGKILL');
      silent.close();
      fs.rmSync(folder, { recursive: true });
    }
  });
});
