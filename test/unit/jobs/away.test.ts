import assert from 'node:assert/strict';
import pg from 'pg';
import { passesByItself } from '../../../src/local/jobs/lasting';
import { isAway } from '../../../src/local/postgres/recovery';

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

  it('is done again, as often as need be, where the answer will be another one day', () => {
    for (const code of ['57P02', '53100', '55P03', '40P01', '40001', '57014'])
      assert.equal(passesByItself(answer(code)), true, code);
    assert.equal(passesByItself(Object.assign(new Error('gone'), { code: 'ECONNRESET' })), true);
  });

  it('may have failed for good', () => {
    for (const code of ['42883', '42501', 'XX000', '53200']) assert.equal(passesByItself(answer(code)), false, code);
    assert.equal(passesByItself(new TypeError('of our own')), false);
  });
});
