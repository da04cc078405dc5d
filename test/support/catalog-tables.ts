import fc from 'fast-check';

/** A table to be made, as the statements that make it. */
export interface GeneratedTable {
  name: string;
  statements: string[];
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const TYPES = [
  { type: 'bigint', key: true, defaults: ['7', "nextval('shop.numbers')"], grows: 'id + 1' },
  { type: 'integer', key: true, defaults: ['-1', '(2 + 3)'] },
  { type: 'smallint', key: true, defaults: ['0'] },
  { type: 'text', key: true, defaults: ["'it''s'", "'; DROP TABLE x; --'", "upper('a')"], storage: 'EXTERNAL' },
  { type: 'varchar(20)', key: true, defaults: ["'x'"], storage: 'MAIN' },
  { type: 'char(3)', key: true, defaults: ["'EUR'"] },
  { type: 'numeric(12,2)', key: true, defaults: ['0.00'] },
  { type: 'uuid', key: true, defaults: ['gen_random_uuid()'] },
  { type: 'timestamptz', key: true, defaults: ['now()'] },
  { type: 'timestamp(3)', key: true, defaults: ['CURRENT_TIMESTAMP'] },
  { type: 'date', key: true, defaults: ['CURRENT_DATE'] },
  { type: 'boolean', key: true, defaults: ['true'] },
  { type: 'double precision', key: true, defaults: ["'NaN'"] },
  { type: 'jsonb', key: false, defaults: ["'{}'"] },
  { type: 'bytea', key: false, defaults: ["'\\x00'"] },
  { type: 'interval', key: false, defaults: ["'1 day'"] },
  { type: 'shop.cents', key: true, defaults: ['5'] },
] as const;

const NAMES = [
  'a',
  'total',
  'Total',
  'select',
  'with space',
  'quote"d',
  "apo'strophe",
  'ünï',
  'x.y',
  '1st',
  'user',
  'USING btree_index (a)',
];

const columnArbitrary = fc.record({
  name: fc.constantFrom(...NAMES),
  type: fc.constantFrom(...TYPES),
  notNull: fc.boolean(),
  default: fc.option(fc.nat(9), { nil: undefined }),
  storage: fc.boolean(),
  comment: fc.option(fc.constantFrom('plain', "it's", 'back\\slash', 'two\nlines'), { nil: undefined }),
});

const tableArbitrary = fc.record({
  columns: fc.uniqueArray(columnArbitrary, { minLength: 1, maxLength: 6, selector: column => column.name }),
  identity: fc.constantFrom('ALWAYS', 'BY DEFAULT'),
  options: fc.constantFrom(
    'CACHE 1',
    'CACHE 65536',
    'START WITH 100 INCREMENT BY 5 CACHE 65536',
    'INCREMENT BY -1 MINVALUE -50 MAXVALUE -1 CACHE 1',
    'SEQUENCE NAME shop."Odd Seq%" CACHE 1 CYCLE',
  ),
  generated: fc.boolean(),
  unique: fc.constantFrom('', 'NULLS NOT DISTINCT'),
  uniqueInclude: fc.boolean(),
  check: fc.boolean(),
  reference: fc.constantFrom(
    '',
    'ON DELETE CASCADE',
    'ON UPDATE RESTRICT ON DELETE SET NULL (parent)',
    'MATCH FULL DEFERRABLE INITIALLY DEFERRED',
    'later',
  ),
  index: fc.constantFrom('key', 'expression', 'partial', 'unique', 'include', 'nulls'),
});

/** Two or three tables in schema `shop`, each with an identity key, constraints, an index and comments; all but the first refer to it. */
export const tablesArbitrary: fc.Arbitrary<GeneratedTable[]> = fc
  .array(tableArbitrary, { minLength: 2, maxLength: 3 })
  .map(tables => tables.map((table, number) => render(table, number)));

type Shape = typeof tableArbitrary extends fc.Arbitrary<infer T> ? T : never;

function render(table: Shape, number: number): GeneratedTable {
  const name = number === 0 ? 'Parent "table"' : (['', 'second', 'Third one', 'order'][number] ?? `t${number}`);
  const target = `shop.${quoted(name)}`;
  const keyable = table.columns.filter(({ type }) => type.key);
  const lines = [
    `id bigint GENERATED ${table.identity} AS IDENTITY (${table.options.replace('%', String(number))}) PRIMARY KEY`,
  ];
  for (const column of table.columns) {
    const value =
      column.default === undefined ? undefined : column.type.defaults[column.default % column.type.defaults.length];
    lines.push(
      [
        quoted(column.name),
        column.type.type,
        column.storage && 'storage' in column.type ? `STORAGE ${column.type.storage}` : '',
        value === undefined ? '' : `DEFAULT ${value}`,
        column.notNull ? 'NOT NULL' : '',
      ].join(' '),
    );
  }
  if (table.generated) lines.push('doubled bigint GENERATED ALWAYS AS (id * 2) STORED');
  const first = keyable[0];
  if (first) {
    lines.push(
      `CONSTRAINT ${quoted(`u ${number}`)} UNIQUE ${table.unique} (${quoted(first.name)}) ${table.uniqueInclude && keyable[1] ? `INCLUDE (${quoted(keyable[1].name)})` : ''}`,
    );
  }
  if (table.check) lines.push(`CHECK (id > 0 AND id <> ALL (ARRAY[3, 4]))`);
  if (number > 0) lines.push('parent bigint');
  const later: string[] = [];
  if (number > 0) {
    const key = `FOREIGN KEY (parent) REFERENCES shop."Parent ""table""" (id)`;
    if (table.reference === 'later') later.push(`ALTER TABLE ${target} ADD CONSTRAINT later ${key} NOT VALID`);
    else lines.push(`${key} ${table.reference}`);
  }
  return {
    name,
    statements: [
      `CREATE TABLE ${target} (${lines.join(', ')})`,
      ...later,
      indexStatement(table, target, number),
      ...table.columns.flatMap(({ name: column, comment }) =>
        comment === undefined
          ? []
          : [
              `COMMENT ON COLUMN ${target}.${quoted(column)} IS ${comment.includes('\\') ? `E${text(comment.replaceAll('\\', '\\\\'))}` : text(comment)}`,
            ],
      ),
      `COMMENT ON TABLE ${target} IS 'number ${number}'`,
    ],
  };
}

function indexStatement({ index }: Shape, target: string, number: number): string {
  const name = quoted(`Index of ${number}`);
  switch (index) {
    case 'key':
      return `CREATE INDEX ASYNC ON ${target} (id)`;
    case 'expression':
      return `CREATE INDEX ASYNC ${name} ON ${target} ((id + 1), abs(id))`;
    case 'partial':
      return `CREATE INDEX ASYNC ${name} ON ${target} (id) WHERE id > 10 AND id IS NOT NULL`;
    case 'unique':
      return `CREATE UNIQUE INDEX ASYNC ${name} ON ${target} (id) NULLS NOT DISTINCT`;
    case 'include':
      return `CREATE INDEX ASYNC ${name} ON ${target} ((id % 7)) INCLUDE (id)`;
    case 'nulls':
      return `CREATE INDEX ASYNC ${name} ON ${target} (id NULLS FIRST)`;
  }
}
