import assert from 'node:assert/strict';
import { withoutLocking, withoutWaitPolicies } from '../../../src/core/dialect/locking-clauses';

describe('a statement without its locking clauses', () => {
  it('reads the same rows and claims none, wherever the clauses stood', () => {
    assert.equal(withoutLocking('SELECT a FROM t WHERE id = 1 FOR UPDATE'), 'SELECT a FROM t WHERE id = 1 ');
    assert.equal(
      withoutLocking('SELECT * FROM (SELECT a FROM t, s.u FOR KEY SHARE OF t, u SKIP LOCKED) x FOR UPDATE NOWAIT;'),
      'SELECT * FROM (SELECT a FROM t, s.u ) x ;',
    );
  });

  it('keeps what only looks like them', () => {
    for (const sql of [
      'INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 2',
      'SELECT \'FOR UPDATE\', "for" update FROM t -- FOR UPDATE',
      'SELECT substring(a FOR 2), key, share FROM t FOR SHARE',
    ])
      assert.equal(withoutLocking(sql), sql);
  });
});

describe('a statement without NOWAIT and SKIP LOCKED', () => {
  it('keeps its locking clauses, and the place of all that follows', () => {
    const sql = 'SELECT a FROM t FOR UPDATE OF t SKIP\nLOCKED LIMIT 1';
    assert.equal(withoutWaitPolicies(sql), 'SELECT a FROM t FOR UPDATE OF t     \n       LIMIT 1');
    assert.equal(withoutWaitPolicies(sql).indexOf('LIMIT'), sql.indexOf('LIMIT'));
    assert.equal(withoutWaitPolicies('SELECT nowait FROM t'), 'SELECT nowait FROM t');
  });
});
