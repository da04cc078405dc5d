import assert from 'node:assert/strict';
import { TransactionWrites } from '../../../src/core/sql/transaction-writes';

describe('what a transaction has written', () => {
  const written = (...tags: string[]): string => {
    const writes = new TransactionWrites();
    for (const tag of tags) writes.take(tag);
    return writes.text;
  };

  it('adds up rows by what was done with them, and names definitions', () => {
    assert.equal(
      written('BEGIN', 'INSERT 0 1', 'SELECT 5', 'INSERT 0 2', 'UPDATE 1', 'SET', 'CREATE TABLE', 'DELETE 1200'),
      '3 rows inserted, 1 updated, 1,200 deleted, CREATE TABLE',
    );
    assert.equal(written('UPDATE 1'), '1 row updated');
    assert.equal(written('COPY 7'), '7 rows inserted');
    assert.equal(written('GRANT'), 'GRANT');
  });

  it('is nothing while statements only read, or found no row to write', () => {
    assert.equal(written('BEGIN', 'SELECT 5', 'UPDATE 0', 'INSERT 0 0', 'SHOW', 'EXPLAIN'), '');
  });
});
