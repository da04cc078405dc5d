import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { loadParser } from '../../../src/core/dialect/parser';
import { lockedRows } from '../../../src/local/adjudicator/locking-select';

const FROM = 'SELECT * FROM a, b';
const both = 'ARRAY["a".xmax, "b".xmax]';
const one = 'ARRAY["b".xmax]';

describe('the rows that a SELECT locks', () => {
  before(loadParser);

  for (const [clause, strength, holders, sharedOf] of [
    ['FOR UPDATE', 'exclusive', both, ''],
    ['for no key update', 'key', both, ''],
    ['FOR KEY SHARE NOWAIT;', 'key', both, ''],
    ['FOR UPDATE OF b SKIP LOCKED', 'exclusive', one, 'OF "b" '],
    ['FOR UPDATE OF "b"', 'exclusive', one, 'OF "b" '],
    ['FOR UPDATE OF B -- why', 'exclusive', one, 'OF "b" '],
    ['FOR UPDATE OF a, b', 'exclusive', both, 'OF "a", "b" '],
    ['FOR UPDATE OF a FOR KEY SHARE OF b', 'exclusive', both, ''],
  ] as const)
    it(clause, () => {
      const rows = lockedRows(`${FROM} ${clause}`);
      assert.equal(rows?.strength, strength);
      assert.equal(rows?.shared, `${FROM} FOR KEY SHARE ${sharedOf}NOWAIT`);
      assert.ok(rows?.withHolders?.includes(holders), rows?.withHolders);
    });

  it('name the tables as the query does, quoted', () => {
    const rows = lockedRows('SELECT * FROM "a""b" JOIN t "C" ON true FOR UPDATE OF "C", "a""b"');
    assert.ok(rows?.withHolders?.includes('ARRAY["a""b".xmax, "C".xmax]'), rows?.withHolders);
    assert.match(rows?.shared ?? '', /FOR KEY SHARE OF (?:"C", "a""b"|"a""b", "C") NOWAIT$/);
  });

  it('are not known of a WITH, nor of a UNION', () => {
    assert.equal(lockedRows('WITH a AS (SELECT 1) SELECT * FROM a FOR UPDATE'), undefined);
    assert.equal(lockedRows('SELECT * FROM a UNION SELECT * FROM b FOR UPDATE')?.withHolders, undefined);
  });

  for (const other of ['', 'FOR UPDATE LIMIT 1', 'WHERE id = 1', 'FOR UPDATE OF', 'FOR UPDATE NOWAIT x'])
    it(`no locking clause at its end: ${other}`, () => assert.equal(lockedRows(`${FROM} ${other}`), undefined));

  for (const [query, columns] of [
    ['SELECT v FROM a WHERE id = $1 ORDER BY v', 'id'],
    ['SELECT 1 FROM a x JOIN b ON b.a = x.id WHERE x.v > 1', 'a id v'],
    ['SELECT 1 FROM a JOIN b USING (id)', 'id'],
    ['SELECT 1 FROM a', ''],
    ['SELECT 1 FROM a NATURAL JOIN b', undefined],
    ['SELECT 1 FROM a WHERE id = 1 LIMIT 1', undefined],
    ['SELECT 1 FROM a WHERE id = 1 OFFSET 1', undefined],
    ['SELECT 1 FROM a WHERE id = (SELECT 1)', undefined],
    ['SELECT 1 FROM a WHERE due < now()', undefined],
    ['SELECT 1 FROM a WHERE due < current_timestamp', undefined],
    ['SELECT 1 FROM a WHERE a IS NOT NULL', 'a'],
    ['SELECT 1 FROM a WHERE ROW(a.*) IS NOT NULL', undefined],
  ] as const)
    it(`${query}: chosen by ${columns ?? 'more than columns'}`, () => {
      assert.equal(lockedRows(`${query} FOR UPDATE`)?.chosenBy?.toSorted().join(' '), columns);
    });

  it('are told of any text in no time', () => {
    const script = `
      const { clausesOf } = require('./src/local/adjudicator/clauses');
      const { lockedRows } = require('./src/local/adjudicator/locking-select');
      const { loadParser } = require('./src/core/dialect/parser');
      const blanks = ' '.repeat(1_000_000);
      void loadParser().then(() => {
        for (const tail of ['FOR UPDATE OF b', 'FOR KEY SHARE', 'FOR UPDATE OF b, ', 'WHERE id = 1'])
          for (const end of ['/**/', 'x', ';'])
            lockedRows('${FROM} ' + tail + blanks + end), clausesOf('UPDATE a SET v = 1' + blanks + end);
      });`;
    // a process of its own: what never ends can be ended
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=commonjs', '-e', script], {
      cwd: path.join(__dirname, '../../..'),
      timeout: 60_000,
    });
  });
});
