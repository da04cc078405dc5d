import assert from 'node:assert/strict';
import { countRows, rowsToRead, tableLabel, uncounted } from '../../../src/core/catalog/row-counts';
import type { CatalogFacts } from '../../../src/core/plan/findings/catalog-facts';
import { findingsOf } from '../../../src/core/plan/findings/find';
import { parsePlan } from '../../../src/core/plan/parse';

const facts: CatalogFacts = {
  tables: [
    { schema: 'public', name: 'payments', reltuples: 2_000, indexes: [] },
    { schema: 'my "own"', name: 'select', reltuples: 10, rowCount: 12, indexes: [] },
    { name: 'Größe', reltuples: -1, indexes: [] },
  ],
};
const PLAN = [
  'Full Scan (btree-table) on public.payments  (cost=100.00..900.00 rows=2000 width=40)',
  '  -> Storage Scan on public.payments  (cost=100.00..900.00 rows=2000 width=40)',
  '      Projections: id',
  '      -> B-Tree Scan on public.payments  (cost=100.00..900.00 rows=2000 width=40)',
].join('\n');
const stale = (catalog: CatalogFacts) =>
  findingsOf(parsePlan(PLAN), undefined, catalog).filter(({ rule }) => rule === 'stale-statistics');

describe('counting the rows of a plan’s tables', () => {
  it('counts each that was not counted, quoting its name, and lets the statistics be judged', async () => {
    const asked: string[] = [];
    const said: string[] = [];
    const counted = await countRows(
      facts,
      sql => {
        asked.push(sql);
        return Promise.resolve({ columns: ['count'], rows: [['50000']], tag: 'SELECT 1', rowCount: 1 });
      },
      table => said.push(table),
    );
    assert.deepEqual(asked, ['SELECT count(*) FROM public.payments', 'SELECT count(*) FROM public."Größe"']);
    assert.deepEqual(said, ['public.payments', 'public."Größe"']);
    assert.deepEqual(uncounted(counted), []);
    assert.equal(tableLabel(counted.tables[1]!), '"my ""own"""."select"');
    assert.deepEqual(stale(facts), []);
    const [finding] = stale(counted);
    assert.match(finding?.observed ?? '', /The statistics of payments say 2,000 rows; it has 50,000/);
    assert.equal(finding?.sql, 'ANALYZE public.payments');
  });

  it('tells how much there is to read, where the statistics know', () => {
    assert.equal(rowsToRead(facts.tables.slice(0, 2)), 2_010);
    assert.equal(rowsToRead(facts.tables), undefined);
  });
});
