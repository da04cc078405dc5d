import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createDialect } from '../../../src/core/dialect/dialect';
import type { Dialect } from '../../../src/core/dialect/contract';
import { draftStatement, suggestedName } from '../../../src/core/indexes/draft';
import { draftProblems } from '../../../src/core/indexes/draft-problems';
import { checkedDraft, draftView } from '../../../src/core/indexes/draft-view';
import { isIndexable } from '../../../src/core/indexes/key-types';
import { indexTableView } from '../../../src/core/indexes/overview';
import { readDraft } from '../../../src/core/indexes/read-draft';
import type { IndexInfo } from '../../../src/core/catalog/model';
import type { IndexDraft, IndexKeyDraft } from '../../../src/protocol/indexes-view';
import { column, draft, index, transactions } from '../../support/index-fixtures';

const columnKey = (text: string): IndexKeyDraft => ({ kind: 'column', text });
const texts = (given: IndexDraft, table = transactions(), taken = new Set<string>()): string[] =>
  draftProblems(given, table, taken).map(({ severity, text }) => `${severity}: ${text}`);

describe('an index that is drawn up', () => {
  let dialect: Dialect;
  before(async () => (dialect = await createDialect()));

  it('is written as DSQL takes it, in all its parts', () => {
    const sql = draftStatement(
      draft({
        name: 'Odd "name"',
        unique: true,
        nullsNotDistinct: true,
        keys: [
          columnKey('payer_id'),
          { kind: 'expression', text: '(lower(note))', nulls: 'first' },
          columnKey('order'),
        ],
        include: ['amount', 'Mixed'],
        where: ' amount > 10 ',
      }),
    );
    assert.equal(
      sql,
      'CREATE UNIQUE INDEX ASYNC "Odd ""name""" ON public.transactions (payer_id, (lower(note)) NULLS FIRST, "order") INCLUDE (amount, "Mixed") NULLS NOT DISTINCT WHERE amount > 10',
    );
    assert.equal(dialect.classify(sql).refusal, undefined);
    assert.equal(dialect.classify(sql).special?.type, 'create-index-async');
  });

  it('is read back from the statements that findings write', () => {
    for (const sql of [
      'CREATE INDEX ASYNC ON public.transactions (payer_id) INCLUDE (amount)',
      'CREATE UNIQUE INDEX ASYNC u ON "Odd".t ((lower(email)) NULLS LAST, "a,b") NULLS NOT DISTINCT WHERE (a > 1)',
    ]) {
      const read = readDraft(sql);
      assert.ok(read);
      assert.equal(draftStatement(read), sql.replace('WHERE (a > 1)', 'WHERE (a > 1)'));
    }
    assert.equal(readDraft('CREATE INDEX ASYNC ON t (a)', 'bank')?.schema, 'bank');
    for (const other of ['ANALYZE t', 'CREATE INDEX ON t', 'CREATE INDEX ASYNC ON t (a', 'DROP INDEX x', ''])
      assert.equal(readDraft(other), undefined, other);
  });

  it('comes back from its own statement, whatever its names', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter(text => !text.includes('\0') && text.trim() === text);
    const key = name.map(columnKey);
    fc.assert(
      fc.property(
        name,
        name,
        fc.array(key, { minLength: 1, maxLength: 8 }),
        fc.uniqueArray(name),
        (schema, table, keys, include) => {
          const given = draft({ schema, table, name: table, keys, include });
          assert.deepEqual(readDraft(draftStatement(given)), given);
        },
      ),
    );
  });

  it('has a name as PostgreSQL would choose it, that is free and fits', () => {
    const keys = [columnKey('payer_id'), { kind: 'expression' as const, text: 'lower(note)' }];
    const name = (more: object, taken: string[] = []) =>
      suggestedName({ table: 't', keys, include: [], ...more }, new Set(taken));
    assert.equal(name({}), 't_payer_id_lower_idx');
    assert.equal(name({ keys: [{ kind: 'expression', text: 'a + 1' }], include: ['b'] }), 't_expr_b_idx');
    assert.equal(name({ keys: [keys[0]] }, ['t_payer_id_idx']), 't_payer_id_idx1');
    assert.equal(name({ keys: [keys[0]] }, ['t_payer_id_idx', 't_payer_id_idx1']), 't_payer_id_idx2');
    const both = name({ table: 'a'.repeat(60), keys: [columnKey('b'.repeat(60))] });
    assert.equal(both, `${'a'.repeat(29)}_${'b'.repeat(29)}_idx`, 'they lose as much');
    assert.equal(name({ table: 'a'.repeat(60), keys: [columnKey('b')] }), `${'a'.repeat(57)}_b_idx`);
    const long = name({ table: 'ü'.repeat(60) });
    assert.ok(new TextEncoder().encode(long).length <= 63 && long.endsWith('_idx'), long);
  });

  it('is refused before it is sent where DSQL would refuse it, in its words', () => {
    const eight = Array.from({ length: 9 }, (_, at) => columnKey(['id', 'payer_id', 'payee_id'][at % 3]!));
    assert.ok(texts(draft({ keys: eight })).includes('error: more than 8 column keys in an index are not supported'));
    assert.ok(
      texts(draft({ keys: [columnKey('details')] })).includes('error: datatype jsonb is not supported in a key'),
    );
    assert.ok(texts(draft({ keys: [] }))[0]?.startsWith('error: An index needs a key'));
    assert.ok(texts(draft({ keys: [columnKey('gone')] }))[0]?.includes('column "gone" does not exist'));
    const full = transactions(Array.from({ length: 23 }, (_, at) => index(`i${at}`, ['amount'])));
    assert.ok(texts(draft(), full).includes('error: more than 24 indexes per table are not allowed'));
    assert.deepEqual(texts(draft({ name: 'taken' }), transactions(), new Set(['taken'])), [
      'error: relation "taken" already exists',
    ]);
    assert.deepEqual(texts(draft()), []);
  });

  it('takes what the dialect refuses of its statement, once', () => {
    const refuse = (sql: string) => dialect.refusals(sql);
    const view = (given: IndexDraft) => draftView(given, transactions(), new Set(), refuse);
    const broken = view(draft({ where: 'amount >' }));
    assert.equal(broken.ready, false);
    assert.equal(broken.problems[0]?.sqlstate, '42601');
    const many = view(draft({ keys: Array.from({ length: 9 }, () => columnKey('id')) }));
    assert.equal(many.problems.filter(({ text }) => text.startsWith('more than 8')).length, 1);
  });

  it('is warned of where an index serves the same already', () => {
    const table = transactions([index('both', ['payer_id', 'amount'], { includes: ['created_at'] })]);
    assert.match(texts(draft({ include: ['created_at'] }), table)[0] ?? '', /^warning: both begins with these keys/);
    assert.deepEqual(texts(draft({ include: ['payee_id'] }), table), []);
    assert.deepEqual(texts(draft({ where: 'amount > 1' }), table), []);
    assert.match(texts(draft({ keys: [columnKey('id')] }), table)[0] ?? '', /transactions_pkey/);
  });

  it('is served by no index that promises less, is built from fewer rows or was never finished', () => {
    const unique = (more: object) => draft({ unique: true, nullsNotDistinct: true, ...more });
    const [plain, exact, longer] = [
      index('plain', ['payer_id']),
      index('exact', ['payer_id'], { unique: true, nullsNotDistinct: true }),
      index('longer', ['payer_id', 'amount'], { unique: true, nullsNotDistinct: true }),
    ];
    const warned = (given: IndexDraft, there: IndexInfo): boolean =>
      texts(given, transactions([there])).some(text => text.includes(`${there.name} begins with these keys`));
    assert.ok(warned(draft(), plain) && warned(draft(), longer));
    assert.ok(warned(unique({}), exact) && warned(unique({ nullsNotDistinct: false }), exact));
    assert.ok(!warned(unique({}), plain), 'it holds no key to be unique');
    assert.ok(!warned(unique({}), longer), 'it lets the same payer in twice');
    assert.ok(!warned(unique({}), { ...exact, nullsNotDistinct: false }), 'it lets NULL in twice');
    assert.ok(!warned(draft(), { ...plain, valid: false }));
    assert.ok(!warned(draft({ keys: [columnKey('payer_id'), columnKey('amount')] }), plain));
    assert.ok(!warned(draft({ keys: [columnKey('amount'), columnKey('payer_id')] }), longer));
    assert.ok(!warned(draft(), { ...plain, predicate: '(amount > 1)' }));
    assert.ok(warned(draft({ keys: [columnKey('id')], include: ['amount'] }), transactions().indexes[0]!));
  });

  it('is warned of what is of no use, the worst first', () => {
    const given = draft({
      unique: true,
      name: ` ${'n'.repeat(70)} `,
      keys: [columnKey('payer_id'), columnKey('payer_id')],
      include: ['amount', 'payer_id'],
    });
    const cut = 'n'.repeat(63);
    const dead = transactions([
      index(cut, ['payee_id'], { valid: false }),
      index('other', ['amount'], { valid: false }),
    ]);
    assert.deepEqual(texts(given, dead, new Set([cut])), [
      `error: relation "${cut}" already exists`,
      'warning: The same key stands in the index twice.',
      'warning: payer_id is a key already; INCLUDE adds nothing.',
      'warning: The name is cut to 63 bytes.',
      `warning: An INVALID index is called ${cut}: drop it first.`,
      'notice: The build fails when rows have the same key; meanwhile writes are checked already.',
    ]);
    assert.deepEqual(texts(draft({ name: 'n'.repeat(63) })), []);
    assert.deepEqual(
      draftProblems(draft(), undefined, new Set()).map(({ text }) => text),
      ['The table is not there any more.'],
    );
    const eight = ['id', 'payer_id', 'payee_id', 'amount', 'created_at', 'id', 'payer_id', 'payee_id'].map(columnKey);
    assert.ok(texts(draft({ keys: eight })).every(text => !text.startsWith('error')));
  });

  it('takes types into keys as DSQL does', () => {
    for (const type of [
      'integer',
      'numeric(12,2)',
      'text',
      'character varying(20)',
      'timestamp with time zone',
      'uuid',
    ])
      assert.ok(isIndexable(type), type);
    for (const type of [
      'json',
      'jsonb',
      'bytea',
      'interval',
      'interval day',
      'time with time zone',
      'time(3) with time zone',
      'text[]',
    ])
      assert.ok(!isIndexable(type), type);
  });

  it('is not taken from a view in another form', () => {
    assert.deepEqual(checkedDraft(draft()), draft());
    for (const bad of [null, 1, {}, { ...draft(), keys: [{ kind: 'table', text: 'x' }] }, { ...draft(), include: [1] }])
      assert.equal(checkedDraft(bad), undefined);
  });
});

describe('the list of indexes', () => {
  it('tells state, size class and what is redundant', () => {
    const table = transactions([
      index('a', ['payer_id'], { includes: ['amount'] }),
      index('b', ['payer_id']),
      index('c', ['payer_id'], { predicate: 'amount > 1' }),
      index('d', ['payer_id'], { unique: true }),
      index('e', ['amount'], { valid: false }),
    ]);
    const building = { id: 'j', status: 'processing', type: 'INDEX_BUILD', objectId: table.indexes[5]!.oid };
    const view = indexTableView(table, table.indexes, [building]);
    assert.equal(view.size, 'about 120 k rows');
    assert.equal(indexTableView({ ...table, estimatedRows: 1 }, [], []).size, 'about 1 row');
    assert.equal(view.sizeClass, 'large');
    assert.equal(view.used, '6 of 24');
    assert.deepEqual(
      view.indexes.map(({ name, state, redundantWith }) => [name, state, redundantWith]),
      [
        ['transactions_pkey', 'valid', undefined],
        ['a', 'valid', undefined],
        ['b', 'valid', 'a'],
        ['c', 'valid', undefined],
        ['d', 'valid', undefined],
        ['e', 'building', undefined],
      ],
    );
    assert.equal(indexTableView(table, table.indexes, []).indexes[5]?.state, 'invalid');
    const redundant = (...indexes: IndexInfo[]) =>
      indexTableView(table, indexes, []).indexes.flatMap(({ name, redundantWith }) => (redundantWith ? [name] : []));
    const [one, two] = [index('one', ['amount']), index('two', ['amount'])];
    assert.deepEqual(redundant(two, one), ['two'], 'of two that are alike the later one');
    assert.deepEqual(redundant({ ...one, valid: false }, two), [], 'one that is not finished serves nothing');
    assert.deepEqual(redundant(one, { ...two, unique: true }), ['one']);
    assert.deepEqual(redundant(one, { ...two, keys: ['id', 'amount'] }), []);
    assert.deepEqual(redundant({ ...one, includes: ['id'] }, two), ['two']);
    assert.deepEqual(redundant({ ...one, keys: ['id'], includes: ['amount'] }, table.indexes[0]!), ['one']);
    assert.deepEqual(redundant({ ...one, primary: true }, two, { ...one, constraint: 'c' }), ['two']);
    assert.equal(column('x', 'text').type, 'text');
  });
});
