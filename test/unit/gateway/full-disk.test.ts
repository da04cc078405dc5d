import assert from 'node:assert/strict';
import { toDsqlError } from '../../../src/local/gateway/errors';

describe('a full disk', () => {
  const told = (sqlstate: string, message: string) => toDsqlError({ severity: 'FATAL', sqlstate, message });

  it('is told as a cluster that is full, also where PostgreSQL does not say what hinders it', () => {
    for (const [sqlstate, message] of [
      ['53100', 'could not extend file "base/5/16578": No space left on device'],
      ['XX000', 'could not write init file'],
    ] as const) {
      const { sqlstate: code, message: text, detail, hint } = told(sqlstate, message);
      assert.deepEqual([code, text, detail], ['53100', 'Current cluster size exceeds cluster size limit.', message]);
      assert.match(hint!, /^The disk of the local cluster is full\./);
    }
    assert.equal(told('XX000', 'could not write another file').sqlstate, 'XX000');
  });
});
