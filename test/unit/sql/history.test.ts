import assert from 'node:assert/strict';
import {
  addToHistory,
  MAX_HISTORY_TEXT,
  readHistory,
  searchHistory,
  type HistoryEntry,
} from '../../../src/core/sql/history';

let next = 0;
const entry = (sql: string, profile = 'local') => ({
  id: String(next++),
  sql,
  profileId: profile,
  profileName: profile === 'local' ? 'Local cluster' : 'Production',
  startedAtMs: 1,
  durationMs: 2,
  tag: 'SELECT 1',
});
const history = (...statements: string[]): readonly HistoryEntry[] =>
  statements.reduce<readonly HistoryEntry[]>((all, sql) => addToHistory(all, entry(sql), 100), []);

describe('the history of statements', () => {
  it('has the newest first and is bounded', () => {
    const all = ['SELECT 1', 'SELECT 2', 'SELECT 3'].reduce<readonly HistoryEntry[]>(
      (before, sql) => addToHistory(before, entry(sql), 2),
      [],
    );
    assert.deepEqual(
      all.map(({ sql }) => sql),
      ['SELECT 3', 'SELECT 2'],
    );
  });

  it('keeps nothing when its size is 0', () => {
    assert.deepEqual(addToHistory(history('SELECT 1'), entry('SELECT 2'), 0), []);
    assert.deepEqual(readHistory(history('SELECT 1'), 0), []);
  });

  it('keeps one entry of a statement that is run over and over on one profile', () => {
    assert.equal(history('SELECT 1', 'SELECT 1').length, 1);
    assert.equal(addToHistory(history('SELECT 1'), entry('SELECT 1', 'prod'), 9).length, 2);
    assert.equal(history('SELECT 1', 'SELECT 2', 'SELECT 1').length, 3);
  });

  it('never holds a secret, and says that one was taken out', () => {
    const [kept] = history(`ALTER ROLE r PASSWORD 'hunter2'`);
    assert.ok(kept?.redacted);
    assert.ok(!JSON.stringify(kept).includes('hunter2'));
  });

  it('cuts long statements, and does not offer to run a cut one', () => {
    const [kept] = history(`SELECT '${'x'.repeat(MAX_HISTORY_TEXT)}'`);
    assert.ok(kept?.redacted);
    assert.equal(kept.sql.length, MAX_HISTORY_TEXT + 1);
  });

  it('is bounded in size too: the oldest go', () => {
    const long = 'x'.repeat(MAX_HISTORY_TEXT - 100);
    const all = Array.from({ length: 80 }, (_, index) => `SELECT ${index} -- ${long}`);
    const kept = history(...all);
    assert.ok(kept.length < 60 && kept.length > 40, String(kept.length));
    assert.match(kept[0]?.sql ?? '', /^SELECT 79 /);
  });

  it('is searched by every word in text, profile, tag', () => {
    const all = addToHistory(history('SELECT * FROM accounts', 'DELETE FROM audit'), entry('SELECT 3', 'prod'), 9);
    const found = (search: string) => searchHistory(all, search).map(({ sql }) => sql);
    assert.deepEqual(found('from ACCOUNTS'), ['SELECT * FROM accounts']);
    assert.deepEqual(found('production'), ['SELECT 3']);
    assert.deepEqual(found('from'), ['DELETE FROM audit', 'SELECT * FROM accounts']);
    assert.equal(found('').length, 3);
    assert.deepEqual(found('nothing like it'), []);
  });

  it('reads back what it wrote, and leaves out what it does not know', () => {
    const all = history('SELECT 1', 'SELECT 2');
    const stored: unknown = JSON.parse(JSON.stringify(all));
    assert.equal(readHistory(stored, 9).length, 2);
    assert.deepEqual(readHistory([{ sql: 1 }, null, 'x', ...(stored as unknown[])], 1).length, 1);
    assert.deepEqual(readHistory('nonsense', 9), []);
  });
});
