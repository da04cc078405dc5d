import fc from 'fast-check';

/** A random statement over the tables of `schema.sql`, together with the options to explain it with. */
export interface RandomExplain {
  options: string;
  sql: string;
}

interface Table {
  name: string;
  ints: string[];
  texts: string[];
}

const TABLES: Table[] = [
  { name: 'accounts', ints: ['id', 'balance'], texts: [] },
  { name: 'transactions', ints: ['payer_id', 'payee_id', 'amount'], texts: [] },
  { name: 'few_transactions', ints: ['payer_id', 'payee_id', 'amount'], texts: [] },
  { name: 'account', ints: ['balance'], texts: ['status'] },
  { name: 'holdings', ints: ['owner', 'amount'], texts: ['symbol', 'note'] },
  { name: 'shop."Order"', ints: ['id', 'total'], texts: ['"user"'] },
];

const table = fc.constantFrom(...TABLES);
const literal = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab\'"()\\, =%é'), maxLength: 6 }),
  fc.constantFrom('Index Cond: (a = 1)', ' -> x', 'rows=1 width=2)', ''),
);
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A condition on the columns of `t` under `alias`. */
function condition(t: Table, alias: string): fc.Arbitrary<string> {
  const int = fc.constantFrom(...t.ints).map(column => `${alias}.${column}`);
  const number = fc.integer({ min: 0, max: 1000 });
  const simple: fc.Arbitrary<string>[] = [
    fc.tuple(int, fc.constantFrom('=', '<', '>', '<=', '>=', '<>'), number).map(part => part.join(' ')),
    fc.tuple(int, number, number).map(([column, a, b]) => `${column} BETWEEN ${a} AND ${b}`),
    fc
      .tuple(int, fc.array(number, { minLength: 1, maxLength: 3 }))
      .map(([column, list]) => `${column} IN (${list.join(', ')})`),
    int.map(column => `${column} IS NOT NULL`),
    fc.tuple(int, number).map(([column, a]) => `${column} + 1 = ${a}`),
    fc.tuple(int, int).map(([a, b]) => `(${a}, ${b}) > (1, 2)`),
    int.map(column => `${column} > (SELECT min(id) FROM accounts)`),
    int.map(column => `EXISTS (SELECT 1 FROM accounts e WHERE e.id = ${column})`),
    int.map(column => `${column} NOT IN (SELECT balance FROM accounts)`),
  ];
  if (t.texts.length > 0) {
    const text = fc.constantFrom(...t.texts).map(column => `${alias}.${column}`);
    simple.push(
      fc.tuple(text, literal).map(([column, value]) => `${column} = ${quoted(value)}`),
      fc.tuple(text, literal).map(([column, value]) => `${column} LIKE ${quoted(value)}`),
    );
  }
  const one = fc.oneof(...simple);
  return fc.oneof(
    { weight: 3, arbitrary: one },
    { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]) => `${a} AND ${b}`) },
    { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]) => `(${a} OR ${b})`) },
  );
}

const source = fc.tuple(table, table, fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', ','));

const select = source.chain(([left, right, kind]) =>
  fc
    .record({
      where: fc.option(condition(left, 'l')),
      on: fc.tuple(fc.constantFrom(...left.ints), fc.constantFrom(...right.ints)),
      single: fc.boolean(),
      list: fc.constantFrom(
        '*',
        'count(*)',
        'DISTINCT {c}',
        '{c}, sum(1) OVER (ORDER BY {c})',
        '{c}',
        '{c} + 1 AS "a b"',
      ),
      group: fc.option(fc.constantFrom('GROUP BY {c}', 'GROUP BY ROLLUP ({c})', 'GROUP BY {c} HAVING count(*) > 1')),
      order: fc.option(fc.constantFrom('ORDER BY 1', 'ORDER BY 1 DESC NULLS LAST')),
      limit: fc.option(fc.integer({ min: 0, max: 20 })),
      offset: fc.option(fc.integer({ min: 0, max: 200 })),
      lock: fc.boolean(),
      wrap: fc.option(fc.constantFrom('cte', 'union', 'sub', 'materialized')),
    })
    .map(({ where, on, single, list, group, order, limit, offset, lock, wrap }) => {
      const column = `l.${on[0]}`;
      const from = single
        ? `${left.name} l`
        : `${left.name} l ${kind} ${right.name} r${kind === ',' ? '' : ` ON ${column} = r.${on[1]}`}`;
      const clauses = [
        `SELECT ${group ? '{c}, count(*)' : list}`,
        `FROM ${from}`,
        where && `WHERE ${where}`,
        group,
        order,
        limit !== null && `LIMIT ${limit}`,
        offset !== null && `OFFSET ${offset}`,
        lock && !group && single && /^(?:\*|\{c\})$/.test(list) && !wrap && 'FOR UPDATE',
      ];
      const inner = clauses.filter(Boolean).join(' ').replaceAll('{c}', column);
      switch (wrap) {
        case 'cte':
          return `WITH c AS (${inner}) SELECT count(*) FROM c`;
        case 'materialized':
          return `WITH c AS MATERIALIZED (${inner}) SELECT count(*) FROM c, c d`;
        case 'union':
          return `(SELECT id FROM accounts LIMIT 3) UNION ALL (SELECT count(*) FROM (${inner}) s)`;
        case 'sub':
          return `SELECT (SELECT count(*) FROM (${inner}) s), x FROM generate_series(1, 2) x`;
        default:
          return inner;
      }
    }),
);

const write = table.chain(t =>
  fc.tuple(condition(t, 't'), fc.boolean(), fc.constantFrom(...t.ints)).chain(([where, returning, column]) => {
    const tail = returning ? ' RETURNING *' : '';
    return fc.constantFrom(
      `UPDATE ${t.name} t SET ${column} = ${column} WHERE ${where}${tail}`,
      `DELETE FROM ${t.name} t WHERE ${where}${tail}`,
      `INSERT INTO accounts SELECT 100000 + g, g FROM generate_series(1, 3) g ON CONFLICT (id) DO NOTHING${tail}`,
      `WITH gone AS (DELETE FROM ${t.name} t WHERE ${where} RETURNING *) SELECT count(*) FROM gone`,
    );
  }),
);

const options = fc.constantFrom(
  '',
  'ANALYZE',
  'VERBOSE',
  'ANALYZE, VERBOSE',
  'ANALYZE, VERBOSE, SETTINGS',
  'COSTS OFF',
  'ANALYZE, TIMING OFF',
);

/** Statements to explain. */
export const randomExplain: fc.Arbitrary<RandomExplain> = fc.record({
  options,
  sql: fc.oneof({ weight: 5, arbitrary: select }, { weight: 1, arbitrary: write }),
});
