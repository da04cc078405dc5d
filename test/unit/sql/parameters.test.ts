import assert from 'node:assert/strict';
import { findParameters } from '../../../src/core/sql/parameters';

describe('the parameters of a statement', () => {
  it('are found in code, not in strings, comments, quotes or dollar quotes', () => {
    const sql = `SELECT $2, '$3', "$4", $$ $5 $$, $a$ $6 $a$ -- $7\n/* $8 */ FROM t WHERE a = $1`;
    assert.deepEqual(
      findParameters(sql).map(({ number }) => number),
      [1, 2],
    );
  });

  it('are all those up to the highest, because the server wants a value for each', () => {
    assert.deepEqual(findParameters('SELECT $3'), [
      { number: 1 },
      { number: 2 },
      { number: 3, castType: undefined, hint: undefined },
    ]);
  });

  it('take their type from a cast', () => {
    const types = (sql: string) => findParameters(sql).map(({ castType }) => castType);
    assert.deepEqual(types('SELECT $1::uuid, CAST($2 AS timestamp with time zone), $3::double precision, $4'), [
      'uuid',
      'timestamp with time zone',
      'double precision',
      undefined,
    ]);
  });

  it('take their name from the column they are compared with or assigned to', () => {
    const hints = (sql: string) => findParameters(sql).map(({ hint }) => hint);
    assert.deepEqual(hints('UPDATE a SET balance = $1 WHERE "Id" = $2 AND day >= $3 LIMIT $4'), [
      'balance',
      'Id',
      'day',
      undefined,
    ]);
  });

  it('are none for numbers PostgreSQL does not take', () => {
    assert.deepEqual(findParameters('SELECT $65536'), []);
    assert.deepEqual(findParameters('SELECT $0, $99999999999999999999'), []);
  });
});
