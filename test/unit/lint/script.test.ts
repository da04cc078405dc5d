import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyEdits } from '../../../src/core/lint/apply-fixes';
import type { Linter, LintOptions } from '../../../src/core/lint/contract';
import { createLinter } from '../../../src/core/lint/linter';
import { maskScript } from '../../../src/core/lint/mask';
import { rules } from '../../../src/core/dialect/rules';
import { FIX_CASES } from '../../support/lint-fixes';
import { anyCharacter } from '../../support/any-character';

describe('lint of scripts', () => {
  let linter: Linter;
  before(async () => void (linter = await createLinter()));

  const found = (text: string, options?: LintOptions): string[] =>
    linter.lint(text, options).diagnostics.map(({ rule, range }) => `${rule.id} ${text.slice(range.start, range.end)}`);

  it('marks the offending part, not the statement', () => {
    assert.deepEqual(found('CREATE TABLE t (id uuid PRIMARY KEY, a text[] NOT NULL, b timestamp with time zone[]);'), [
      'unsupported_type text[]',
      'unsupported_type timestamp with time zone[]',
    ]);
    assert.deepEqual(found('CREATE TABLE t (id uuid PRIMARY KEY, m mood, a mood[], b money)'), [
      'unsupported_type mood[]',
      'unsupported_type money',
    ]);
    assert.deepEqual(found('CREATE SEQUENCE s AS mood CACHE 1'), ['sequence_type_no_integer AS']);
    assert.deepEqual(found('SELECT 1;\n  /* ä */ SET LOCAL lock_timeout = 5;'), ['unsupported_parameter lock_timeout']);
    assert.deepEqual(found('ALTER TABLE t ALTER COLUMN ü SET NOT NULL'), ['set_not_null SET NOT NULL']);
    assert.deepEqual(found('SELECT 1 FROM t WHERE'), ['syntax_error WHERE']);
    assert.deepEqual(found(`SELECT 'ä', pg_advisory_lock(1)`), ['advisory_lock pg_advisory_lock']);
  });

  it('knows functions and types of extensions in every statement', () => {
    assert.deepEqual(found('SELECT st_distance(a, b) FROM places'), ['extension_function st_distance']);
    assert.deepEqual(found(`SELECT word_similarity('a', 'b')`), ['extension_function word_similarity']);
    assert.deepEqual(found(`SELECT 'a'::citext, CAST('a' AS hstore)`), [
      'extension_type citext',
      'extension_type hstore',
    ]);
    assert.deepEqual(found(`INSERT INTO t VALUES ('POINT(1 2)'::geometry)`), ['extension_type geometry']);
    assert.deepEqual(found('SELECT vector FROM arrows'), []);
  });

  it('judges transactions by what stands in them', () => {
    assert.deepEqual(found('BEGIN; INSERT INTO t VALUES (1); GRANT SELECT ON t TO r; COMMIT;'), ['ddl_with_dml GRANT']);
    assert.deepEqual(found('CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);'), []);
    assert.deepEqual(
      found('CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);', { singleTransaction: true }),
      ['multiple_ddl CREATE TABLE'],
    );
    assert.deepEqual(found('BEGIN; ANALYZE t; COMMIT; ANALYZE t;'), ['analyze_in_transaction ANALYZE']);
    assert.deepEqual(found(`BEGIN; CALL sys.wait_for_job('x'); ROLLBACK;`), ['wait_for_job_in_transaction CALL']);
    assert.deepEqual(
      found('BEGIN; CREATE TABLE a (id int PRIMARY KEY); COMMIT AND CHAIN; GRANT SELECT ON a TO r; COMMIT;'),
      [],
    );
  });

  it('counts rows only where the text proves them', () => {
    const values = (rows: number) => Array.from({ length: rows }, () => '(1)').join(',');
    assert.deepEqual(found(`INSERT INTO t VALUES ${values(3000)}`), []);
    assert.deepEqual(found(`INSERT INTO t VALUES ${values(3001)}`), ['transaction_row_limit INSERT INTO']);
    assert.deepEqual(found(`INSERT INTO t VALUES ${values(3001)} ON CONFLICT DO NOTHING`), []);
    assert.deepEqual(
      found(`BEGIN; INSERT INTO t VALUES ${values(2000)}; INSERT INTO t VALUES ${values(2000)}; COMMIT`),
      ['transaction_row_limit INSERT INTO'],
    );
    assert.deepEqual(found('INSERT INTO t SELECT g FROM generate_series(1, 5000) AS g'), [
      'transaction_row_limit INSERT INTO',
    ]);
    assert.deepEqual(found('INSERT INTO t SELECT g FROM generate_series(1, 5000) AS g WHERE g > 4000'), []);
  });

  it('counts the rows behind COPY', () => {
    const copy = (rows: number) => `COPY t FROM stdin;\n${'1\n'.repeat(rows)}\\.\n`;
    assert.deepEqual(found(copy(3000)), []);
    assert.deepEqual(found(copy(3001)), ['transaction_row_limit COPY']);
    assert.deepEqual(found(`BEGIN;\n${copy(2000)}${copy(2000)}COMMIT;`), ['transaction_row_limit COPY']);
  });

  it('knows the tables that the text itself creates', () => {
    const create = 'CREATE TABLE t (id uuid PRIMARY KEY, doc jsonb);';
    assert.deepEqual(found(`${create} CREATE INDEX ASYNC ON t (doc);`), ['key_type doc']);
    assert.deepEqual(found(`${create} UPDATE t SET id = gen_random_uuid() WHERE id = $1;`), ['update_primary_key id']);
    assert.deepEqual(found(`${create} ALTER TABLE t DROP COLUMN id;`), ['drop_key_column id']);
    assert.deepEqual(found(`${create} ALTER TABLE t DROP COLUMN doc;`), []);
  });

  it('takes CREATE INDEX at once where the session is set to', () => {
    assert.deepEqual(found('SET disable_sync_create_index = off; CREATE INDEX ON t (a);'), []);
    assert.deepEqual(found('CREATE INDEX ON t (a); SET disable_sync_create_index = off;'), [
      'index_async CREATE INDEX',
    ]);
  });

  it('bears with psql', () => {
    const script = [
      '\\set ON_ERROR_STOP on',
      "\\echo 'it''s",
      'SELECT :id, :\'name\', :"column" FROM t \\gset',
      'SELECT a::text, b[1:2] FROM t \\g out.txt',
      'INSERT INTO t VALUES (:x);',
      '\\copy t FROM data.csv',
      'SELECT 1;',
      '',
    ].join('\n');
    assert.deepEqual(found(script), []);
    assert.deepEqual(found("COPY t FROM stdin;\n1\tit's\n\\.\nVACUUM;\n"), ['vacuum VACUUM']);
  });

  it('bears with templates and with the parameters of drivers', () => {
    for (const text of [
      'SELECT * FROM ${schema}.t WHERE a = #{a};',
      "{% if x == 'y' %}\nSELECT * FROM {{ ref('t') }};\n{% endif %}",
      'SELECT <%= column %> FROM t; <% end %>',
      'SELECT * FROM t WHERE a = ? AND b = %(b)s AND c = %s AND d = @d AND e = :e',
      'CREATE TABLE ${name} (id uuid PRIMARY KEY);',
      'ALTER {{ kind }} t {{ rest }};',
    ])
      assert.deepEqual(found(text), [], text);
    assert.deepEqual(found('CREATE TABLE ${name} (id serial, PRIMARY KEY (id));'), [
      'monotonic_key id',
      'serial_type serial',
    ]);
  });

  it('leaves texts for other databases alone', () => {
    for (const [text, name] of [
      ['CREATE TABLE `a` (`id` INT AUTO_INCREMENT) ENGINE=InnoDB;', 'MySQL'],
      ['SELECT TOP 5 * FROM dbo.t\nGO\n', 'SQL Server'],
      ['CREATE TABLE t (a VARCHAR2(5));', 'Oracle'],
      ['CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);', 'SQLite'],
    ] as const) {
      const report = linter.lint(text);
      assert.deepEqual([report.foreignDialect, report.diagnostics], [name, []], text);
    }
    assert.equal(linter.lint("SELECT 'ENGINE=InnoDB', a::text FROM t -- AUTO_INCREMENT").foreignDialect, undefined);
    // blank lines before a mark are looked through once, not once for each of them
    assert.equal(linter.lint(`SELECT 1;${'\n'.repeat(60_000)}GO\n`).foreignDialect, 'SQL Server');
  });

  it('is silenced by comments', () => {
    const index = 'CREATE INDEX i ON t (a);';
    assert.deepEqual(found(`-- dsql-lint-disable\n${index}`), []);
    assert.deepEqual(found(`-- dsql-lint-disable index_async -- the migration tool rewrites it\n${index}\nVACUUM;`), [
      'vacuum VACUUM',
    ]);
    assert.deepEqual(found(`-- dsql-lint-disable\n${index}\n-- dsql-lint-enable\nVACUUM;`), ['vacuum VACUUM']);
    assert.deepEqual(found(`${index} -- dsql-lint-disable-line\n${index}`).length, 1);
    assert.deepEqual(found(`/* dsql-lint-disable-next-line index_async, vacuum */\n${index}\n${index}`).length, 1);
    assert.deepEqual(found(`SELECT '-- dsql-lint-disable'; ${index}`).length, 1);
  });

  it('heeds severities', () => {
    const severities = { vacuum: 'off', index_async: 'info' } as const;
    const { diagnostics } = linter.lint('VACUUM; CREATE INDEX i ON t (a);', { severities });
    assert.deepEqual(
      diagnostics.map(({ rule, severity }) => [rule.id, severity]),
      [['index_async', 'info']],
    );
  });

  it('has why, remedy, date, source and page for every rule, and none that is past', async () => {
    for (const rule of linter.rules.values()) {
      assert.match(rule.id, /^[a-z][a-z0-9_]*$/);
      for (const text of [rule.message, rule.why, rule.remedy, rule.source]) assert.ok(text.length > 3, rule.id);
      assert.match(rule.since, /^\d{4}-\d{2}-\d{2}$/);
      assert.match(rule.url, /^https:\/\/docs\.aws\.amazon\.com\/aurora-dsql\/.+\.html$/);
    }
    for (const { id, until } of rules) if (until !== undefined) assert.ok(!linter.rules.has(id) || id === 'x', id);
    const july = await createLinter({ asOf: '2026-07-15' });
    const reference = 'CREATE TABLE t (id uuid PRIMARY KEY, p uuid REFERENCES parent (id));';
    assert.deepEqual(
      july.lint(reference).diagnostics.map(({ rule }) => rule.id),
      ['foreign_key_before_august'],
    );
    assert.deepEqual(found(reference), []);
  });

  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(...FIX_CASES.filter(({ text }) => text.length < 300).map(({ text }) => text)),
      fc.constantFrom(
        'BEGIN;',
        'COMMIT;',
        ';',
        "'",
        '$$',
        '/*',
        '\\g\n',
        '${',
        '{{',
        '}}',
        ':a',
        ' ',
        '\n',
        '"',
        '(',
        '--',
      ),
      fc.string({ unit: anyCharacter, maxLength: 12 }),
    ),
    { maxLength: 12 },
  );

  it('never throws, stays within the text, and offers fixes that do not overlap', () => {
    fc.assert(
      fc.property(pieces, fc.boolean(), (parts, singleTransaction) => {
        const text = parts.join('');
        assert.equal(maskScript(text).text.length, text.length);
        const { diagnostics, fixesOf } = linter.lint(text, { singleTransaction });
        for (const diagnostic of diagnostics) {
          const { start, end } = diagnostic.range;
          assert.ok(0 <= start && start <= end && end <= text.length);
          for (const { edits } of fixesOf(diagnostic)) {
            let last = -1;
            for (const edit of edits) {
              assert.ok(edit.start >= last && edit.end >= edit.start && edit.end <= text.length, JSON.stringify(edits));
              last = edit.end;
            }
            applyEdits(text, edits);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('works in slices with the same result', () => {
    const text = FIX_CASES.map(({ text: sql }) => sql).join('\n');
    const fresh = linter.lintInSlices(`${text}\nSELECT 4711;`);
    let step = fresh.next();
    let slices = 1;
    while (!step.done) {
      step = fresh.next();
      slices++;
    }
    assert.ok(slices > 2);
    assert.deepEqual(step.value.diagnostics, linter.lint(`${text}\nSELECT 4711;`).diagnostics);
  });
});
