import assert from 'node:assert/strict';
import fc from 'fast-check';
import { complete } from '../../../src/core/completion/complete';
import { BUILTIN_FUNCTIONS } from '../../../src/core/completion/builtin-functions';
import { STATEMENT_PHRASES } from '../../../src/core/completion/keywords';
import type { CompletionEntry, CompletionKind } from '../../../src/core/completion/contract';
import { createDialect } from '../../../src/core/dialect/dialect';
import { TEST_CATALOG } from '../../support/completion-catalog';

/** Entries at the `|` of a text. */
function at(text: string, kinds?: CompletionKind[]): CompletionEntry[] | undefined {
  const offset = text.indexOf('|');
  const found = complete(text.slice(0, offset) + text.slice(offset + 1), offset, TEST_CATALOG);
  return found?.entries.filter(({ kind }) => !kinds || kinds.includes(kind));
}
const inserted = (text: string, ...kinds: CompletionKind[]): string[] =>
  (at(text, kinds) ?? []).map(({ insertText }) => insertText);
const columns = (text: string): string[] => inserted(text, 'column');
const tables = (text: string): string[] => inserted(text, 'table', 'view');
const words = (text: string): string[] => inserted(text, 'keyword');

const ACCOUNTS = ['id', 'customer_id', 'balance', '"Note"'];
const CUSTOMERS = ['id', 'name', '"select"'];

describe('completion', () => {
  describe('columns', () => {
    const cases: [text: string, expected: string[]][] = [
      ['SELECT | FROM accounts', ACCOUNTS],
      ['SELECT id, | FROM accounts', ACCOUNTS],
      ['SELECT b| FROM accounts', ACCOUNTS],
      ['SELECT * FROM accounts WHERE |', ACCOUNTS],
      ['SELECT * FROM accounts WHERE id = 1 AND |', ACCOUNTS],
      ['SELECT * FROM accounts WHERE balance > |', ACCOUNTS],
      ['SELECT * FROM accounts ORDER BY |', ACCOUNTS],
      ['SELECT * FROM accounts GROUP BY id, |', ACCOUNTS],
      ['SELECT sum(|) FROM accounts', ACCOUNTS],
      ['SELECT coalesce(balance, |) FROM accounts', ACCOUNTS],
      ['SELECT a.| FROM accounts a', ACCOUNTS],
      ['SELECT a.b| FROM accounts AS a', ACCOUNTS],
      ['SELECT accounts.| FROM accounts', ACCOUNTS],
      ['SELECT x.| FROM accounts a, customers x', CUSTOMERS],
      ['SELECT c.| FROM accounts a LEFT JOIN customers c ON c.id = a.customer_id', CUSTOMERS],
      ['SELECT "A b".| FROM accounts "A b"', ACCOUNTS],
      ['SELECT t.| FROM "Odd Table" t', ['a']],
      ['SELECT t.| FROM bank.transfers t', ['id', 'from_id', 'to_id', 'amount']],
      ['SELECT bank.transfers.| FROM bank.transfers', ['id', 'from_id', 'to_id', 'amount']],
      ['SELECT | FROM bank.accounts', ['iban']],
      ['SELECT | FROM public."accounts"', ACCOUNTS],
      ['SELECT | FROM ACCOUNTS', ACCOUNTS],
      ['SELECT | FROM "ACCOUNTS"', []],
      ['SELECT | FROM ONLY accounts', ACCOUNTS],
      ['UPDATE accounts SET |', ACCOUNTS],
      ['UPDATE accounts SET balance = 1, |', ['id', 'customer_id', '"Note"']],
      ['UPDATE accounts SET balance = |', ACCOUNTS],
      ['UPDATE accounts a SET balance = 0 WHERE a.|', ACCOUNTS],
      ['UPDATE accounts SET balance = 0 FROM customers c WHERE c.|', CUSTOMERS],
      ['DELETE FROM accounts WHERE |', ACCOUNTS],
      ['DELETE FROM accounts USING customers c WHERE c.|', CUSTOMERS],
      ['INSERT INTO accounts (|) VALUES (1)', ACCOUNTS],
      ['INSERT INTO accounts (id, |', ['customer_id', 'balance', '"Note"']],
      ['INSERT INTO public.accounts AS a (|', ACCOUNTS],
      ['INSERT INTO accounts (id) VALUES (1) ON CONFLICT (|', ACCOUNTS],
      ['INSERT INTO accounts (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET |', ACCOUNTS],
      ['INSERT INTO accounts (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET balance = excluded.|', ACCOUNTS],
      ['INSERT INTO accounts (id) VALUES (1) RETURNING |', ACCOUNTS],
      ['CREATE INDEX ASYNC i ON accounts (|', ACCOUNTS],
      ['CREATE INDEX ASYNC ON accounts (id, |)', ['customer_id', 'balance', '"Note"']],
      ['CREATE INDEX ASYNC i ON accounts (id) INCLUDE (|', ACCOUNTS],
      ['CREATE INDEX ASYNC i ON accounts (id) WHERE |', ACCOUNTS],
      ['CREATE TABLE x (a bigint REFERENCES accounts (|', ACCOUNTS],
      ['ALTER TABLE accounts DROP COLUMN |', ACCOUNTS],
      ['ALTER TABLE accounts ALTER COLUMN |', ACCOUNTS],
      ['ALTER TABLE accounts RENAME COLUMN |', ACCOUNTS],
      ['COMMENT ON COLUMN accounts.|', ACCOUNTS],
      ['COMMENT ON COLUMN bank.accounts.|', ['iban']],
      ['EXPLAIN ANALYZE VERBOSE SELECT | FROM accounts', ACCOUNTS],
      ['SELECT 1; SELECT | FROM accounts; SELECT * FROM customers', ACCOUNTS],
      ['SELECT count(*) FROM accounts;\n\nSELECT | FROM customers', CUSTOMERS],
      [
        'SELECT (SELECT max(|) FROM customers) FROM accounts',
        ['customers.id', 'name', '"select"', 'accounts.id', 'customer_id', 'balance', '"Note"'],
      ],
      ['SELECT * FROM accounts a WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = a.|)', ACCOUNTS],
      ['SELECT * FROM accounts a JOIN (SELECT | FROM customers) s ON true', CUSTOMERS],
      ['SELECT * FROM accounts a, LATERAL (SELECT a.| FROM customers) s', ACCOUNTS],
      ['SELECT id FROM accounts UNION SELECT | FROM customers', CUSTOMERS],
      ['SELECT | FROM accounts UNION SELECT id FROM customers', ACCOUNTS],
      ['SELECT a.id FROM accounts a WHERE a.id IS DISTINCT FROM |', ACCOUNTS],
      ['SELECT extract(year FROM |) FROM accounts', ACCOUNTS],
      ['SELECT count(*) FILTER (WHERE |) FROM accounts', ACCOUNTS],
      ['SELECT sum(balance) OVER (PARTITION BY |) FROM accounts', ACCOUNTS],
      ['SELECT CASE WHEN | THEN 1 END FROM accounts', ACCOUNTS],
      ['CREATE VIEW v AS SELECT | FROM accounts', ACCOUNTS],
      ['CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT | FROM accounts; END', ACCOUNTS],
      // unfinished text
      ['SELECT a.| FROM accounts a WHERE (', ACCOUNTS],
      ['SELECT a.|\nFROM accounts a', ACCOUNTS],
      ['SELECT (a.| FROM accounts a', ACCOUNTS],
      ['SELECT * FROM accounts a WHERE a.id = (SELECT a.|', ACCOUNTS],
      ['SELECT * FROM accounts WHERE balance IN (1, |', ACCOUNTS],
    ];
    for (const [text, expected] of cases) it(text, () => assert.deepEqual(columns(text), expected));

    it('prefixes what several tables have, and only that', () => {
      assert.deepEqual(columns('SELECT | FROM accounts a JOIN customers c ON true'), [
        ...['a.id', 'customer_id', 'balance', '"Note"'],
        ...['c.id', 'name', '"select"'],
      ]);
    });

    it('says type and key', () => {
      const [id, customer] = at('SELECT | FROM accounts', ['column']) ?? [];
      assert.equal(id?.detail, 'bigint · key');
      assert.equal(customer?.detail, 'uuid');
    });
  });

  describe('of subqueries and common tables', () => {
    const cases: [text: string, expected: string[]][] = [
      ['WITH q AS (SELECT id, balance AS money FROM accounts) SELECT q.| FROM q', ['id', 'money']],
      ['WITH q (a, b) AS (SELECT id, balance FROM accounts) SELECT q.| FROM q', ['a', 'b']],
      ['WITH q AS (SELECT * FROM customers), r AS (SELECT q.| FROM q) SELECT 1', CUSTOMERS],
      ['WITH q AS NOT MATERIALIZED (SELECT c.*, 1 AS one FROM customers c) SELECT | FROM q', [...CUSTOMERS, 'one']],
      ['WITH RECURSIVE q (n) AS (SELECT 1 UNION ALL SELECT q.| FROM q) SELECT * FROM q', ['n']],
      ['WITH moved AS (DELETE FROM accounts RETURNING id, balance b) SELECT | FROM moved', ['id', 'b']],
      [
        'SELECT s.| FROM (SELECT id, count(*), max(balance) AS top FROM accounts GROUP BY id) s',
        ['id', 'count', 'top'],
      ],
      ['SELECT s.| FROM (SELECT balance::text, id x FROM accounts) AS s', ['balance', 'x']],
      ['SELECT s.| FROM (VALUES (1, 2)) s', ['column1', 'column2']],
      ['SELECT s.| FROM (VALUES (1, 2)) AS s (a, b)', ['a', 'b']],
      ['SELECT s.| FROM (SELECT a.id FROM accounts a JOIN customers c ON c.id = a.customer_id) s', ['id']],
    ];
    for (const [text, expected] of cases) it(text, () => assert.deepEqual(columns(text), expected));
  });

  describe('tables', () => {
    const ALL = ['accounts', 'customers', '"Odd Table"', 'rich', 'bank.transfers', 'bank.accounts', 'sys.jobs'];
    const cases: [text: string, expected: string[]][] = [
      ['SELECT * FROM |', ALL],
      ['SELECT * FROM acc|', ALL],
      ['SELECT * FROM accounts, |', ALL],
      ['SELECT * FROM accounts JOIN |', ALL],
      ['SELECT * FROM accounts a LEFT JOIN |', ALL],
      ['UPDATE |', ALL],
      ['DELETE FROM |', ALL],
      ['INSERT INTO |', ALL],
      ['SELECT * FROM bank.|', ['transfers', 'accounts']],
      ['SELECT * FROM bank.t|', ['transfers', 'accounts']],
      ['INSERT INTO bank.|', ['transfers', 'accounts']],
      ['DROP TABLE |', ['accounts', 'customers', '"Odd Table"', 'bank.transfers', 'bank.accounts']],
      ['DROP TABLE IF EXISTS |', ['accounts', 'customers', '"Odd Table"', 'bank.transfers', 'bank.accounts']],
      ['DROP VIEW |', ['rich', 'sys.jobs']],
      ['ALTER TABLE |', ['accounts', 'customers', '"Odd Table"', 'bank.transfers', 'bank.accounts']],
      ['GRANT SELECT ON |', ALL],
      ['CREATE INDEX ASYNC i ON |', ['accounts', 'customers', '"Odd Table"', 'bank.transfers', 'bank.accounts']],
      ['WITH q AS (SELECT 1) SELECT * FROM |', ['q', ...ALL]],
      ['WITH q AS (SELECT * FROM |) SELECT 1', ALL],
      ['SELECT (SELECT 1 FROM |) FROM accounts', ALL],
      ['COMMENT ON COLUMN bank.|', ['transfers', 'accounts']],
      [
        'CREATE TABLE x (a bigint REFERENCES |',
        ['accounts', 'customers', '"Odd Table"', 'bank.transfers', 'bank.accounts'],
      ],
    ];
    for (const [text, expected] of cases) it(text, () => assert.deepEqual(tables(text), expected));
  });

  describe('nothing', () => {
    for (const text of [
      "SELECT 'a|b' FROM accounts",
      "SELECT 'a|",
      "SELECT E'it\\'|' FROM accounts",
      'SELECT $$ a| $$ FROM accounts',
      'SELECT 1 -- of |\nFROM accounts',
      'SELECT 1 -- at the end|',
      'SELECT /* | */ 1 FROM accounts',
      'SELECT /* | ',
      'SELECT 12| FROM accounts',
      'SELECT $1| FROM accounts',
    ])
      it(JSON.stringify(text), () => assert.equal(at(text), undefined));
    for (const text of ['SELECT id AS | FROM accounts', 'WITH |', 'ALTER TABLE accounts ADD COLUMN |'])
      it(JSON.stringify(text), () => assert.deepEqual(at(text), []));
  });

  it('reads names in quotes, closed or not, and writes them in quotes', () => {
    assert.deepEqual(columns('SELECT "| FROM accounts'), ['"id"', '"customer_id"', '"balance"', '"Note"']);
    assert.deepEqual(columns('SELECT a."N|" FROM accounts a'), ['"id"', '"customer_id"', '"balance"', '"Note"']);
    assert.deepEqual(columns('SELECT a."N|\nFROM accounts a WHERE a."Note" = 1'), [
      '"id"',
      '"customer_id"',
      '"balance"',
      '"Note"',
    ]);
    assert.ok(tables('SELECT * FROM "Od|').includes('"Odd Table"'));
    assert.deepEqual(words('SELECT "| FROM accounts'), []);
    const text = 'SELECT a."No" FROM accounts a';
    const found = complete(text, 'SELECT a."N'.length, TEST_CATALOG);
    assert.equal(text.slice(found?.start, found?.end), '"No"');
  });

  it('replaces the word that the place is in', () => {
    const text = 'SELECT balance FROM accounts';
    const found = complete(text, 'SELECT bal'.length, TEST_CATALOG);
    assert.equal(text.slice(found?.start, found?.end), 'balance');
  });

  it('suggests the condition of a join from foreign keys, in both directions', () => {
    assert.deepEqual(inserted('SELECT * FROM accounts a JOIN customers c ON |', 'join'), ['a.customer_id = c.id']);
    assert.deepEqual(inserted('SELECT * FROM customers JOIN accounts x ON |', 'join'), [
      'x.customer_id = customers.id',
    ]);
    assert.deepEqual(inserted('SELECT * FROM customers c JOIN bank.transfers t ON |', 'join'), []);
  });

  it('offers functions where values stand, with their schema where the search path needs it', () => {
    const functions = inserted('SELECT | FROM accounts', 'function');
    for (const name of ['balance_of', 'bank.fee', 'gen_random_uuid', 'coalesce', 'jsonb_set'])
      assert.ok(functions.includes(name), name);
    assert.ok(!functions.includes('pg_advisory_lock'));
    assert.deepEqual(inserted('SELECT bank.|', 'function'), ['fee']);
    assert.deepEqual(inserted('CALL sys.|', 'function'), ['wait_for_job']);
    assert.deepEqual(inserted('SELECT * FROM |', 'function'), []);
  });

  it('offers types where types stand', () => {
    for (const text of [
      'CREATE TABLE t (a |',
      'CREATE TABLE t (a bigint, b |',
      'ALTER TABLE accounts ADD COLUMN x |',
    ]) {
      const types = inserted(text, 'type');
      assert.ok(types.includes('timestamptz') && !types.includes('text[]'), text);
    }
    assert.ok(inserted('SELECT 1::|', 'type').includes('text[]'));
    assert.ok(inserted('SELECT CAST(1 AS |', 'type').includes('uuid'));
  });

  it('offers words that fit', () => {
    assert.ok(words('|').includes('CREATE INDEX ASYNC'));
    assert.ok(words('SELECT 1; |').includes('SELECT'));
    assert.ok(words('EXPLAIN |').includes('SELECT'));
    assert.ok(words('SELECT * FROM accounts |').includes('LEFT JOIN'));
    assert.ok(words('SELECT * FROM accounts WHERE id |').includes('IS NOT NULL'));
    assert.ok(words('ALTER TABLE accounts |').includes('ADD COLUMN'));
    assert.ok(words('CREATE TABLE t (id bigint |').includes('PRIMARY KEY'));
    assert.ok(words('SELECT * FROM accounts FOR |').includes('FOR UPDATE'));
    assert.deepEqual(inserted('SET |', 'parameter').includes('search_path'), true);
    assert.deepEqual(inserted('SET |', 'parameter').includes('statement_timeout'), false);
    assert.deepEqual(inserted('DROP SCHEMA |', 'schema'), ['bank', 'public', 'sys']);
  });

  it('offers no function that DSQL refuses', async () => {
    const dialect = await createDialect();
    for (const { name } of BUILTIN_FUNCTIONS)
      assert.equal(dialect.classify(`SELECT ${name}()`).refusal, undefined, name);
  });

  it('offers no beginning of a statement that DSQL refuses', async () => {
    const dialect = await createDialect();
    for (const { phrase, example } of STATEMENT_PHRASES) {
      assert.ok(example.startsWith(phrase), phrase);
      assert.equal(dialect.classify(example).refusal, undefined, example);
    }
    const offered = new Set(words('|'));
    for (const refused of [
      'TRUNCATE',
      'VACUUM',
      'LISTEN',
      'LOCK',
      'MERGE',
      'SAVEPOINT',
      'CREATE TRIGGER',
      'CREATE INDEX',
      'DO',
    ])
      assert.ok(!offered.has(refused), refused);
  });

  it('takes any text at any place', () => {
    const fragment = fc.constantFrom(
      ...[
        'SELECT ',
        'FROM ',
        'accounts',
        ' a',
        '.',
        ',',
        '(',
        ')',
        ';',
        '"',
        "'",
        '$$',
        '--',
        '\n',
        '/*',
        '*/',
        'WITH q AS (',
        'JOIN ',
        ' ON ',
        '::',
      ],
      ...[
        'INSERT INTO ',
        'UPDATE ',
        ' SET ',
        ' = ',
        'UNION ',
        '*',
        'RECURSIVE ',
        'CREATE TABLE ',
        'ALTER TABLE ',
        'ö',
        '😀',
        '1',
      ],
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), fc.nat(), (parts, seed) => {
        const text = parts.join('');
        const offset = seed % (text.length + 1);
        const found = complete(text, offset, TEST_CATALOG);
        if (found) assert.ok(found.start <= offset && offset <= found.end && found.end <= text.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is done in a file of a megabyte in time that grows with the text', () => {
    const text = `${'SELECT a.id, sum(a.balance) FROM accounts a JOIN customers c ON c.id = a.customer_id GROUP BY 1;\n'.repeat(10_000)}SELECT  FROM accounts`;
    const found = complete(text, text.length - ' FROM accounts'.length, TEST_CATALOG);
    assert.ok((found?.entries.length ?? 0) > 0);
  });
});
