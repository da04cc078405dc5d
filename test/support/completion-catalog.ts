import type { CatalogSnapshot, SnapshotColumn, SnapshotRelation } from '../../src/core/catalog/snapshot';

const column = (text: string): SnapshotColumn => {
  const [name = '', type = 'bigint', key] = text.split(':');
  return { name, type, notNull: key !== undefined, primaryKey: key === 'key' };
};

const table = (
  schema: string,
  name: string,
  columns: string,
  more: Partial<SnapshotRelation> = {},
): SnapshotRelation => ({
  schema,
  name,
  kind: 'table',
  columns: columns.split(' ').map(column),
  foreignKeys: [],
  ...more,
});

/** A bank whose own schema is not in the search path, and a few tables in `public`. */
export const TEST_CATALOG: CatalogSnapshot = {
  searchPath: ['public'],
  schemas: ['bank', 'public', 'sys'],
  relations: [
    table('public', 'accounts', 'id:bigint:key customer_id:uuid balance:numeric(18,2) Note:text', {
      foreignKeys: [{ columns: ['customer_id'], schema: 'public', table: 'customers', targetColumns: ['id'] }],
      comment: 'One row per account',
    }),
    table('public', 'customers', 'id:uuid:key name:text select:text'),
    table('public', 'Odd Table', 'a:text'),
    table('public', 'rich', 'id balance', { kind: 'view' }),
    table('bank', 'transfers', 'id:bigint:key from_id to_id amount:numeric'),
    table('bank', 'accounts', 'iban:text'),
    table('sys', 'jobs', 'job_id:text status:text', { kind: 'view' }),
  ],
  routines: [
    { schema: 'public', name: 'balance_of', kind: 'function', parameters: 'account bigint', result: 'numeric' },
    { schema: 'bank', name: 'fee', kind: 'function', parameters: 'amount numeric', result: 'numeric' },
    { schema: 'sys', name: 'wait_for_job', kind: 'procedure', parameters: 'job_id text', result: '' },
  ],
};
