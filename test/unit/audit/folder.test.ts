import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { runCommandLine } from '../../../src/cli/program';
import type { AuditReport } from '../../../src/core/audit/contract';
import { languageOf, type Language } from '../../../src/core/audit/code/language';
import { readStrings } from '../../../src/core/audit/code/literals';
import { examineSource, type SourceFacts } from '../../../src/core/audit/code/examine-source';
import { placeText } from '../../../src/core/audit/report-of';
import { FolderAudit } from '../../../src/core/audit/folder-audit';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Linter } from '../../../src/core/lint/contract';
import { createLinter } from '../../../src/core/lint/linter';
import { auditFolder } from '../../../src/node/audit/folder';
import { bufferConsole } from '../../support/console';

const FILES: Record<string, string> = {
  'db/V1__init.sql': `CREATE TABLE a (id serial PRIMARY KEY, tags text[]);
CREATE INDEX i ON a (id);
CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION f();
SELECT * FROM a WHERE id = 1 FOR UPDATE;
`,
  'app/bank.py': `import psycopg  # SELECT pg_advisory_lock(0) in a comment is none
def move(conn, payer):
    with conn.transaction():
        conn.execute("SELECT balance FROM accounts WHERE id = %s FOR UPDATE", (payer,))
        conn.execute(f"SELECT pg_advisory_xact_lock({payer})")
        conn.execute("""
            LISTEN transfers
        """)
    print("Select something from the menu")
BATCH_SIZE = 5_000
engine = create_engine(url, isolation_level="SERIALIZABLE")
`,
  'app/queue.ts': `const jobs = await sql\`SELECT id FROM jobs WHERE done = false LIMIT 10 FOR UPDATE SKIP LOCKED\`;
await client.query('SAVEPOINT a');
await client.query("CREATE TEMP TABLE " + "x (id int PRIMARY KEY)");
client.on('notification', show);
export const users = pgTable('users', { id: serial('id').primaryKey() });
`,
  'app/Bank.java': `class Bank {
  @GeneratedValue(strategy = GenerationType.IDENTITY) Long id;
  String sql = "TRUNCATE TABLE " + "accounts";
  void run() { jdbc.execute("SET LOCAL statement_timeout = 5"); }
}
`,
  'app/bank.go':
    'package bank\nfunc f() { db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}); db.Exec(`LOCK TABLE a IN SHARE MODE`) }\n',
  'app/bank.kt': 'val q = """\n  DELETE FROM a\n""".trimIndent()\n',
  'app/job.rb':
    "ActiveRecord::Base.connection.execute(<<~SQL)\n  VACUUM FULL accounts\nSQL\nenable_extension 'pgcrypto'\n",
  'app/mapper.xml':
    '<mapper><select id="a">SELECT * FROM a WHERE n &lt; 5 <if test="b">AND b = 1</if> FOR SHARE</select></mapper>',
  'prisma/schema.prisma':
    'model A {\n  id Int @id @default(autoincrement())\n  tags String[]\n  others B[]\n}\nenum Mood {\n  ok\n}\n',
  'db/schema.rb': `ActiveRecord::Schema.define do
  create_table "users", force: :cascade do |t|
    t.inet "last_address"
  end
  create_table :notes, id: :uuid do |t|
    t.text "line"
  end
end
`,
  'app/models.py': `class A(Base):
    id = Column(Integer, primary_key=True)
    owner: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
@transaction.atomic
def pay(): ...
`,
  'app/model.go': 'package bank\ntype Account struct {\n\tgorm.Model\n}\n',
  'app/entity.ts': `@PrimaryGeneratedColumn('increment') id!: number;
@PrimaryGeneratedColumn('uuid') key!: string;
table.bigIncrements('n');
socket.on('notification', show);
`,
  'mysql.sql': 'CREATE TABLE `a` (id INT AUTO_INCREMENT) ENGINE=InnoDB;',
  'node_modules/x/index.js': 'sql("TRUNCATE a")',
};

/** The facts of a source, examined without a pause. */
function factsOf(...examined: Parameters<typeof examineSource>): SourceFacts {
  const slices = examineSource(...examined);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

describe('the audit of a folder', () => {
  let folder: string;
  let report: AuditReport;
  let linter: Linter;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-audit-'));
    for (const [name, text] of Object.entries(FILES)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text);
    }
    report = await auditFolder(folder);
    linter = await createLinter();
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [id, places] of [
    ['serial_type', ['db/V1__init.sql:1 serial PRIMARY']],
    ['unsupported_type', ['db/V1__init.sql:1 text[]']],
    ['index_async', ['db/V1__init.sql:2 CREATE INDEX']],
    ['trigger', ['db/V1__init.sql:3 CREATE TRIGGER']],
    ['for_update', ['app/bank.py:4 FOR UPDATE"', 'db/V1__init.sql:4 FOR UPDATE;']],
    ['advisory_locks', ['app/bank.py:5 pg_advisory_xact_lock']],
    ['listen_notify', ['app/bank.py:7 LISTEN transfers', "app/queue.ts:4 client.on('notification'"]],
    ['large_batch', ['app/bank.py:10 BATCH_SIZE']],
    ['isolation_setting', ['app/bank.go:2 sql.LevelSerializable', 'app/bank.py:11 isolation_level=']],
    ['skip_locked', ['app/queue.ts:1 FOR UPDATE SKIP']],
    ['savepoints', ['app/queue.ts:2 SAVEPOINT a']],
    ['temporary_table', ['app/queue.ts:3 TEMP TABLE']],
    [
      'sequence_key',
      [
        'app/Bank.java:2 GenerationType.IDENTITY',
        "app/entity.ts:1 @PrimaryGeneratedColumn('increment'",
        'app/entity.ts:3 .bigIncrements(',
        'app/model.go:3 gorm.Model',
        'app/models.py:2 Column(Integer',
        'app/models.py:3 Mapped[int]',
        "app/queue.ts:5 serial('id')",
        'db/schema.rb:2 create_table "users"',
        'prisma/schema.prisma:2 autoincrement()',
      ],
    ],
    ['session_setting', ['app/Bank.java:4 statement_timeout']],
    ['unbounded_write', ['app/bank.kt:2 DELETE']],
    ['vacuum', ['app/job.rb:2 VACUUM']],
    ['extension', ['app/job.rb:4 enable_extension']],
    ['for_share', ['app/mapper.xml:1 FOR SHARE<']],
    ['column_type', ['db/schema.rb:3 t.inet', 'prisma/schema.prisma:3 tags String[]']],
    ['user_type', ['prisma/schema.prisma:6 enum Mood']],
    [
      'missing_retry',
      ['app/bank.go:2 .BeginTx(', 'app/bank.py:3 .transaction(', 'app/models.py:5 @transaction.atomic'],
    ],
    ['unsupported_statement', ['app/Bank.java:3 TRUNCATE TABLE', 'app/bank.go:2 LOCK TABLE']],
  ] as const) {
    it(`finds ${id} at its place`, () => {
      const found = report.findings.flatMap(({ rule, place }) =>
        rule.id === id && place.type === 'file' ? [place] : [],
      );
      assert.equal(found.length, places.length, found.map(place => placeText(place)).join(', '));
      found.forEach((place, at) => {
        const text = FILES[place.path]?.split('\n')[place.line - 1]?.slice(place.column - 1) ?? '';
        const shown = `${place.path}:${place.line} ${text}`;
        assert.ok(shown.startsWith(places[at] ?? '?'), shown);
      });
    });
  }

  it('names what it left out, and counts what there is', () => {
    assert.deepEqual(report.gaps, ['mysql.sql: not examined, it looks like MySQL']);
    assert.equal(report.inventory['SQL files'], 2);
    assert.equal(report.inventory.tables, 1);
    assert.ok(!JSON.stringify(report).includes('node_modules'));
    assert.ok(!report.findings.some(({ evidence }) => evidence.includes('menu')));
  });

  it('trusts a code base that knows 40001', async () => {
    const other = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-audit-'));
    try {
      fs.writeFileSync(path.join(other, 'a.py'), 'with conn.transaction():\n    pass\nexcept_code = "40001"\n');
      assert.deepEqual((await auditFolder(other)).findings, []);
    } finally {
      fs.rmSync(other, { recursive: true });
    }
  });

  for (const [file, line, statements] of [
    ['dump.sql', 'TRUNCATE a;\n', 130_000],
    ['queries.ts', "query('TRUNCATE a');\n", 1_000],
  ] as const)
    it(`pauses between the statements of a long file, and takes all that it finds there: ${file}`, async () => {
      const audit = new FolderAudit(linter, await createDialect());
      let pauses = 0;
      const slices = audit.add(file, line.repeat(statements));
      while (!slices.next().done) pauses++;
      assert.ok(pauses >= statements, String(pauses));
      assert.equal(audit.findings.length, statements);
    });

  it('keeps passwords out of the report', () => {
    const facts = factsOf('a.py', 'url = "postgres://app:hunter2@db/bank"', linter);
    assert.deepEqual(
      facts.findings.map(({ rule, evidence }) => [rule.id, evidence]),
      [['password_auth', 'a connection URL with a password']],
    );
  });

  for (const [format, pattern] of [
    ['text', /^BLOCKER L {2}Triggers \(1\) \[trigger\]$/m],
    ['markdown', /^### Triggers$[\s\S]*^- db\/V1\\_\\_init\.sql:3:1 — CREATE TRIGGER$/m],
    ['html', /<summary>Triggers \(1\)<\/summary>/],
    ['json', /"schemaVersion": 1/],
  ] as const) {
    it(`writes ${format}`, async () => {
      const console = bufferConsole();
      assert.equal(await runCommandLine(['audit', folder, '--format', format], console), 0);
      assert.match(console.out(), pattern);
    });
  }

  it('tells a terminal how far it is, and takes that away before the report; a log it tells nothing', async () => {
    const shown = bufferConsole();
    shown.stderr.isTTY = true;
    assert.equal(await runCommandLine(['audit', folder], shown), 0);
    const files = Object.keys(FILES).filter(name => !name.startsWith('node_modules/')).length;
    assert.match(shown.err(), new RegExp(` of ${files} files(.|\\s)*\\r\\u001b\\[2K$`));
    const silent = bufferConsole();
    assert.equal(await runCommandLine(['audit', folder], silent), 0);
    assert.equal(silent.err(), '');
  });

  it('ends with 2 where there is no such folder', async () => {
    assert.equal(await runCommandLine(['audit', '/nowhere'], bufferConsole()), 2);
  });

  it('shows hostile names as text', async () => {
    const { auditHtml } = await import('../../../src/core/audit/report/html');
    const hostile = { ...report, subject: '<script>alert(1)</script>' };
    assert.ok(!auditHtml(hostile).includes('<script>'));
  });

  it('reads strings that no people write in time that grows with their length alone', async () => {
    // what grows faster does not end before the test is given up
    const linter = await createLinter();
    const long = 120_000;
    const word = 'a'.repeat(long);
    for (const text of [
      '/* a */ '.repeat(30),
      ...['with', 'update', 'copy', 'declare'].map(verb => `${verb} ${word}`),
      ...['copy a to'.repeat(5_000), `declare ${' '.repeat(long)}`],
    ])
      assert.equal(factsOf('a.ts', `x(\`${text}\`)`, linter).statements, 0, text.slice(0, 20));
    const commented = `x(\`${'/* a */ -- b\n'.repeat(100)}SELECT 1 FROM a\`)`;
    assert.equal(factsOf('a.ts', commented, linter).statements, 1);
    for (const [file, unit] of [
      ['a.xml', '<select '],
      ['a.xml', '<!--'],
      ['a.yml', '\n'],
      ['a.ts', 'x.sync({'],
      ['a.rb', 'scenic '],
    ] as const)
      assert.deepEqual(factsOf(file, unit.repeat(long), linter).findings, [], file);
    factsOf('a.ts', `'a'${' '.repeat(long)};`, linter);
  });

  it('takes an entity of XML for what it is, whatever its name', async () => {
    const mapper = '<select id="a">SELECT * FROM a WHERE b &lt; 5 &constructor; FOR SHARE</select>';
    assert.equal(factsOf('a.xml', mapper, await createLinter()).statements, 1);
  });

  it('reads any text in any language without failing, offsets kept', () => {
    const languages = ['a.py', 'a.ts', 'a.java', 'a.kt', 'a.go', 'a.rb'].map(name => languageOf(name) as Language);
    const source = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            '"',
            "'",
            '`',
            '"""',
            '${',
            '}',
            '\\',
            '\n',
            '//',
            '#',
            '/*',
            '*/',
            '<<~SQL\n',
            ' + ',
            'SELECT 1',
          ),
          fc.string({ maxLength: 6 }),
        ),
        { maxLength: 20 },
      )
      .map(parts => parts.join(''));
    fc.assert(
      fc.property(source, fc.constantFrom(...languages), (text, language) => {
        const { literals, code } = readStrings(text, language);
        assert.equal(code.length, text.length);
        for (const literal of literals) assert.ok(literal.start + literal.text.length <= text.length);
      }),
    );
  });
});
