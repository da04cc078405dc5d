import assert from 'node:assert/strict';
import pg from 'pg';
import { isAway } from '../../../src/local/jobs/away';

describe('a job whose request failed', () => {
  const answer = (code: string) => Object.assign(new pg.DatabaseError('no', 2, 'error'), { code });

  it('is done again where PostgreSQL was away', () => {
    // a system error's name may look like an SQLSTATE
    for (const code of ['EPIPE', 'ECONNREFUSED', 'ECONNRESET', undefined])
      assert.equal(isAway(Object.assign(new Error('gone'), { code })), true, code);
    for (const code of ['57P01', '57P03', '08006', '53300']) assert.equal(isAway(answer(code)), true, code);
  });

  it('has its answer where PostgreSQL gave one', () => {
    for (const code of ['42P07', '53100', '23505', '57014']) assert.equal(isAway(answer(code)), false, code);
  });
});
