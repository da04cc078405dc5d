import assert from 'node:assert/strict';
import { toDsqlError } from '../../../src/local/gateway/errors';

describe('PostgreSQL’s errors as DSQL says them', () => {
  const told = (message: string): string => toDsqlError({ severity: 'ERROR', sqlstate: 'XX000', message }).sqlstate;

  it('a relation that is gone is another one’s change; one that never was is not, and would be retried for ever', () => {
    assert.equal(told('could not open relation with OID 16578'), '40001');
    assert.equal(told('could not open relation with OID 0'), 'XX000');
  });
});
