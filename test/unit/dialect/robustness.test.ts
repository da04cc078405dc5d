import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BoundedCache } from '../../../src/core/dialect/cache';
import { createDialect } from '../../../src/core/dialect/dialect';
import { byteToUtf16 } from '../../../src/core/dialect/parser';
import { normalize } from '../../../src/core/dialect/template';
import type { Dialect } from '../../../src/core/dialect/contract';
import { refusedStatements } from './refused-statements';
import { sqlText } from './sql-arbitrary';

describe('places of the parser, which counts bytes', () => {
  it('are those of the text, also at the ends of what one, two, three and four bytes hold', () => {
    const edges = String.fromCodePoint(0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff);
    for (const text of [edges, `é€😀${edges}a`]) {
      let at = 0;
      for (const sign of text) {
        assert.equal(byteToUtf16(text, Buffer.byteLength(text.slice(0, at))), at, JSON.stringify(text.slice(0, at)));
        at += sign.length;
      }
    }
  });
});

describe('classification of anything', () => {
  let dialect: Dialect;
  before(async () => void (dialect = await createDialect()));

  it('never throws', () => {
    fc.assert(
      fc.property(sqlText, sql => {
        const classified = dialect.classify(sql);
        assert.equal(classified.text, sql);
        assert.equal(dialect.classify(sql).kind, classified.kind);
      }),
      { numRuns: 3000 },
    );
  });

  it('survives what is deeper than the stack, and works afterwards', () => {
    for (const sql of [
      `SELECT ${'('.repeat(30_000)}1${')'.repeat(30_000)}`,
      `SELECT ${'1+'.repeat(20_000)}1`,
      `SELECT 1${' UNION SELECT 1'.repeat(4_000)}`,
      `SELECT ${'NOT '.repeat(12_000)}true`,
    ]) {
      const classified = dialect.classify(sql);
      assert.deepEqual([classified.refusal, classified.kind], [undefined, 'query']);
      assert.equal(dialect.classify('SELECT 1 AS works').kind, 'query');
    }
  });

  it('counts a definition as one, however deep', () => {
    const sql = `CREATE VIEW v AS SELECT ${'1+'.repeat(20_000)}1`;
    assert.equal(dialect.classify(sql).kind, 'ddl');
  });

  it('refuses a NUL, behind which PostgreSQL’s parser is blind', () => {
    assert.equal(dialect.classify('SELECT 1\0; DROP TABLE t').refusal?.sqlstate, '22021');
  });

  it('reads a large INSERT off its tokens as it would off its tree', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, n) => `(${n}, 'it''s; ${n}', now(), NULL)`).join(', ');
    const large = dialect.classify(`INSERT INTO s.t (id, "v", at, x) VALUES ${rows(3000)}`);
    const small = dialect.classify(`INSERT INTO s.t (id, "v", at, x) VALUES ${rows(3)}`);
    const facts = ({ kind, tag, writes, locking, returnsRows, writeTargets, refusal }: typeof large) => ({
      kind,
      tag,
      writes,
      locking,
      returnsRows,
      writeTargets,
      refusal,
    });
    assert.deepEqual(facts(large), facts(small));
    assert.equal(large.maxRows, 3000);
    const refused = dialect.classify(`INSERT INTO t VALUES ${rows(3000)}, (line('{1,2,3}'), 1, 2, 3)`);
    assert.equal(refused.refusal?.ruleId, 'geometric_constructor');
    for (const call of ['pg_backend_pid()', "pg_notify('c', 'x')", 'lo_create(0)', 'pg_stat_get_backend_pid(1)'])
      assert.match(
        dialect.classify(`INSERT INTO t VALUES ${rows(3000)}, (1, 2, ${call}, 4)`).refusal?.message ?? '',
        /^function \w+ not supported$/,
      );
    const returning = dialect.classify(`INSERT INTO t VALUES ${rows(3000)} RETURNING id`);
    assert.deepEqual([returning.returnsRows, returning.maxRows], [true, 3000]);
  });
});

describe('what is remembered', () => {
  let dialect: Dialect;
  before(async () => void (dialect = await createDialect()));

  it('is one object per text', () => {
    assert.equal(dialect.classify('SELECT * FROM t'), dialect.classify('SELECT * FROM t'));
  });

  it('lets statements that differ in literals share a template, with their own texts', () => {
    const a = dialect.classify("UPDATE t SET a = 'x;y', b = 1.5 WHERE id = 7");
    const b = dialect.classify("UPDATE t SET a = $q$'$q$, b = 2 WHERE id = 81");
    assert.equal(b.sql, "UPDATE t SET a = $q$'$q$, b = 2 WHERE id = 81");
    assert.deepEqual({ ...a, text: '', sql: '' }, { ...b, text: '', sql: '' });
    const template = (text: string): string | undefined => normalize(text)?.template;
    assert.equal(template("SELECT 'a' 1"), template("SELECT 'b''c' 22"));
    assert.notEqual(template("SELECT 'a'"), template("SELECT e'a'"));
    assert.equal(template('SELECT a FROM t'), undefined);
    assert.equal(template("SELECT to_tsvector('english', 'a')"), undefined);
    assert.equal(template("SELECT 'open"), undefined);
    // one may be an error of syntax where another is none
    assert.equal(template("SELECT U&'\\0041'"), undefined);
    assert.equal(template("SELECT e'\\u0041'"), undefined);
    assert.equal(template("SELECT E'\\n\\''"), template("SELECT e'a'"));
  });

  it('answers a text alike whatever was asked before it', async () => {
    const shapes = [
      ...refusedStatements.map(([, sql]) => sql).filter(sql => sql.length < 500),
      ...[
        "SELECT to_tsvector('simple', 'a')",
        "INSERT INTO t VALUES ('a'), ('b')",
        "SELECT 1 WHERE 'a' = 'b' FOR UPDATE",
      ],
    ];
    const variants = shapes.flatMap(sql => [sql, sql.replace(/\b1\b/g, '99'), sql.replace(/'[^']*'/g, "'simple'")]);
    const warm = await createDialect();
    for (const sql of [...variants, ...variants]) warm.classify(sql);
    for (const sql of variants) {
      const cold = await createDialect();
      assert.deepEqual(warm.classify(sql), cold.classify(sql), sql);
    }
  });

  it('is bounded by entries and by size, and keeps what is used', () => {
    const cache = new BoundedCache<number>(3, 100);
    for (const [n, key] of ['a', 'b', 'c'].entries()) cache.set(key, n, 10);
    assert.equal(cache.get('a'), 0);
    cache.set('d', 3, 10);
    assert.deepEqual([cache.size, cache.get('a'), cache.get('b')], [3, 0, undefined]);
    cache.set('e', 4, 95);
    assert.deepEqual([cache.size, cache.get('e')], [1, 4]);
    cache.set('f', 5, 101);
    assert.deepEqual([cache.size, cache.get('f')], [1, undefined]);
  });
});
