import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/program';
import { unifiedDiff } from '../../../src/core/lint/formats/unified-diff';
import { bufferConsole } from '../../support/console';

interface JsonLint {
  schemaVersion: number;
  files: {
    path: string;
    foreignDialect?: string;
    findings: { rule: string; severity: string; line: number; column: number; fixes: unknown[] }[];
  }[];
  totals: { files: number; errors: number; warnings: number; fixed: number };
}

interface Region {
  startLine: number;
  startColumn: number;
  charOffset: number;
  charLength: number;
}
interface Sarif {
  version: string;
  runs: {
    tool: { driver: { name: string; semanticVersion: string; rules: { id: string; helpUri: string }[] } };
    artifacts: unknown[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: { physicalLocation: { artifactLocation: { uri: string; index: number }; region: Region } }[];
      fixes?: {
        description: { text: string };
        artifactChanges: { replacements: { deletedRegion: Partial<Region>; insertedContent: { text: string } }[] }[];
      }[];
    }[];
  }[];
}

describe('dsql-workshop lint', () => {
  let folder: string;
  const home = process.cwd();
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-lint-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    fs.rmSync(folder, { recursive: true });
  });

  const write = (name: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const console = bufferConsole();
    const code = await runCommandLine(['lint', ...args], console);
    return { code, out: console.out(), err: console.err() };
  }

  // Windows has no folder that its own user cannot read
  for (const command of process.platform === 'win32' ? [] : ['lint', 'audit'])
    it(`goes on behind a folder that cannot be read: ${command}`, async () => {
      write('a.sql', 'TRUNCATE t;\n');
      write('closed/b.sql', 'SELECT 1;\n');
      fs.chmodSync('closed', 0);
      fs.chmodSync('.', 0o755);
      const isRoot = process.geteuid?.() === 0;
      if (isRoot) process.seteuid?.(65_534);
      try {
        const console = bufferConsole();
        const code = await runCommandLine([command, '.'], console);
        assert.equal(code, command === 'lint' ? 2 : 0);
        assert.match(console.out() + console.err(), /closed(?: cannot be read)?: .*permission denied/);
        assert.match(console.out(), /Truncate|TRUNCATE/);
      } finally {
        if (isRoot) process.seteuid?.(0);
        fs.chmodSync('closed', 0o755);
      }
    });

  it('says of a file that cannot be written that, and leaves what was there', async () => {
    const text = 'CREATE INDEX ON t (id);\n';
    // as long as names may be: beside it there is no room for a longer one
    const name = `${'b'.repeat(251)}.sql`;
    write(name, text);
    const { code, err } = await run(name, '--fix');
    assert.equal(code, 2);
    assert.match(err, /^error: b+\.sql cannot be written: name too long/);
    assert.equal(fs.readFileSync(name, 'utf8'), text);
  });

  it('ends with 0 on what DSQL takes, 1 on what it refuses, 2 on what cannot be read', async () => {
    write('good.sql', 'CREATE TABLE t (id uuid PRIMARY KEY);\n');
    write('bad.sql', 'SELECT 1;\nTRUNCATE t;\n');
    const good = await run('good.sql');
    assert.deepEqual([good.code, good.out], [0, '0 errors, 0 warnings in 1 file, 1 statement\n']);
    const bad = await run('good.sql', 'bad.sql');
    assert.equal(bad.code, 1);
    assert.match(bad.out, /^bad\.sql:2:1 error unsupported statement: Truncate unsupported_statement$/m);
    const none = await run('good.sql', 'nowhere.sql');
    assert.equal(none.code, 2);
    assert.match(none.err, /there is no file "nowhere\.sql"/);
    assert.equal((await run()).code, 2);
    assert.equal((await run('good.sql', '--format', 'xml')).code, 2);
    assert.equal((await run('good.sql', '--rule', 'nothing=off')).code, 2);
    assert.equal((await run('good.sql', '--rule', 'vacuum=loud')).code, 2);
    assert.equal((await run('good.sql', '--max-warnings', 'x')).code, 2);
    assert.equal((await run('good.sql', '--as-of', 'May')).code, 2);
  });

  it('heeds severities and the number of warnings', async () => {
    write('a.sql', 'CREATE TABLE t (a int);\n');
    assert.equal((await run('a.sql')).code, 0);
    assert.equal((await run('a.sql', '--max-warnings', '0')).code, 1);
    assert.equal((await run('a.sql', '--max-warnings', '0', '--rule', 'missing_primary_key=info')).code, 0);
    assert.equal((await run('a.sql', '--rule', 'missing_primary_key=error')).code, 1);
  });

  it('finds files in folders and by globs, and knows how migration tools run them', async () => {
    write(
      'db/migration/V1__init.sql',
      'CREATE TABLE a (id uuid PRIMARY KEY);\nCREATE TABLE b (id uuid PRIMARY KEY);\n',
    );
    write('drizzle/0000_init.sql', 'CREATE TABLE a (id serial PRIMARY KEY);\n--> statement-breakpoint\nSELECT 1;\n');
    write(
      'prisma/migrations/1_init/migration.sql',
      'CREATE TABLE a (id uuid PRIMARY KEY);\nCREATE TABLE b (id uuid PRIMARY KEY);\n',
    );
    write('node_modules/x/bad.sql', 'VACUUM;');
    write('notes.txt', 'VACUUM;');
    const rulesOf = async (...args: string[]) => {
      const { files } = JSON.parse((await run('--format', 'json', ...args)).out) as JsonLint;
      return files.map(({ path: name, findings }) => [
        name,
        findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule),
      ]);
    };
    assert.deepEqual(await rulesOf('.'), [
      ['db/migration/V1__init.sql', []],
      ['drizzle/0000_init.sql', ['serial_type']],
      ['prisma/migrations/1_init/migration.sql', ['multiple_ddl']],
    ]);
    assert.deepEqual(await rulesOf('{db,drizzle}/**/*.sql'), [
      ['db/migration/V1__init.sql', []],
      ['drizzle/0000_init.sql', ['serial_type']],
    ]);
    assert.deepEqual(await rulesOf('db', '--single-transaction'), [['db/migration/V1__init.sql', ['multiple_ddl']]]);
  });

  it('writes JSON of version 1', async () => {
    write('a.sql', '-- ä\n  CREATE SEQUENCE s;\n');
    const { code, out } = await run('a.sql', '--format', 'json');
    const report = JSON.parse(out) as JsonLint;
    assert.equal(code, 1);
    assert.equal(report.schemaVersion, 1);
    assert.deepEqual(report.totals, { files: 1, statements: 1, errors: 1, warnings: 0, infos: 0, hints: 0, fixed: 0 });
    const [finding] = report.files[0]?.findings ?? [];
    assert.deepEqual(
      [finding?.rule, finding?.line, finding?.column, finding?.fixes.length],
      ['sequence_cache', 2, 3, 2],
    );
  });

  it('writes SARIF 2.1.0 that holds together', async () => {
    const text = 'SELECT 1;\nCREATE INDEX i ON "t ä" (a DESC);\nSELECT * FROM t FOR SHARE;\n';
    write('with space/ä.sql', text);
    const { out } = await run('with space', '--format', 'sarif');
    const { version, runs } = JSON.parse(out) as Sarif;
    const [sarifRun] = runs;
    assert.ok(sarifRun);
    assert.equal(version, '2.1.0');
    const { driver } = sarifRun.tool;
    assert.match(driver.semanticVersion, /^\d+\.\d+\.\d+/);
    assert.equal(new Set(driver.rules.map(({ id }) => id)).size, driver.rules.length);
    assert.equal(sarifRun.results.length, 3);
    for (const result of sarifRun.results) {
      assert.equal(driver.rules[result.ruleIndex]?.id, result.ruleId);
      assert.ok(['none', 'note', 'warning', 'error'].includes(result.level));
      assert.ok(result.message.text.length > 0);
      const { artifactLocation, region } = result.locations[0]?.physicalLocation ?? {};
      assert.equal(artifactLocation?.uri, 'with%20space/%C3%A4.sql');
      assert.equal(artifactLocation.index, 0);
      assert.ok(region && region.startLine >= 1 && region.startColumn >= 1 && region.charLength > 0);
      const line = text.split('\n')[region.startLine - 1] ?? '';
      const marked = text.slice(region.charOffset, region.charOffset + region.charLength);
      assert.ok(line.slice(region.startColumn - 1).startsWith(marked), marked);
      for (const fix of result.fixes ?? []) {
        assert.ok(fix.description.text);
        for (const { replacements } of fix.artifactChanges) assert.ok(replacements.length > 0);
      }
    }
  });

  it('writes workflow commands', async () => {
    write('a,b.sql', 'VACUUM;\n');
    const { out } = await run('a,b.sql', '--format', 'github');
    assert.match(
      out,
      /^::error file=a%2Cb\.sql,line=1,col=1,endLine=1,endColumn=7,title=DSQL vacuum::unsupported VACUUM/,
    );
  });

  it('fixes files, keeps a byte order mark, and shows the fix before', async () => {
    const text = '\uFEFFCREATE SEQUENCE s;\nCREATE INDEX i ON t (a);\n';
    write('a.sql', text);
    const dry = await run('a.sql', '--fix-dry-run');
    assert.equal(
      dry.out,
      '--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,2 @@\n-CREATE SEQUENCE s;\n-CREATE INDEX i ON t (a);\n+CREATE SEQUENCE s CACHE 65536;\n+CREATE INDEX ASYNC i ON t (a);\n',
    );
    assert.equal(fs.readFileSync('a.sql', 'utf8'), text);
    const { code, out } = await run('a.sql', '--fix');
    assert.equal(code, 0);
    assert.match(out, /fixed sequence_cache, 1×[\s\S]*2 fixed/);
    assert.equal(
      fs.readFileSync('a.sql', 'utf8'),
      '\uFEFFCREATE SEQUENCE s CACHE 65536;\nCREATE INDEX ASYNC i ON t (a);\n',
    );
  });

  it('says why other databases’ files are not checked', async () => {
    write('a.sql', 'CREATE TABLE `a` (id INT AUTO_INCREMENT) ENGINE=InnoDB;');
    const { code, out } = await run('a.sql');
    assert.equal(code, 0);
    assert.match(out, /not checked, this looks like MySQL/);
  });

  it('makes diffs that patch takes', function () {
    const before = Array.from({ length: 20 }, (_, n) => `line ${n}`).join('\n');
    const after = before.replace('line 9', 'nine').replace('line 12\n', '');
    write('f', before);
    const patch = spawnSync('patch', ['-p1'], { input: unifiedDiff('f', before, after), encoding: 'utf8' });
    if (patch.error) return; // no patch on this machine: the form is held by the test above
    assert.equal(patch.status, 0, patch.stdout);
    assert.equal(fs.readFileSync('f', 'utf8'), after);
  });
});
