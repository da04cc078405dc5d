import assert from 'node:assert/strict';
import { CodedError } from '../../../src/base/errors';
import { errorView } from '../../../src/core/results/error-view';
import { StatementResult } from '../../../src/core/results/statement-result';

describe('a statement that is run again after its failure', () => {
  it('forgets what it came to before, and keeps its messages', () => {
    const result = new StatementResult(0, 'SELECT 1', 0, false);
    result.start(1_000);
    result.begin([{ name: 'a', typeOid: 23, typeName: 'int4' }]);
    result.say({ severity: 'info', text: 'a message' });
    result.fail({ code: 'DATABASE', message: 'nope' }, 2_000);
    result.start(3_000);
    const running = result.view(3_500, false);
    assert.equal(running.status, 'running');
    assert.equal(running.error, undefined);
    assert.equal(running.durationMs, undefined);
    assert.deepEqual(running.columns, []);
    result.succeed({ tag: 'SELECT 0', rowCount: 0, limited: false, durationMs: 7, retries: 0 }, 4_000);
    const done = result.view(4_000, false);
    assert.deepEqual([done.status, done.error, done.durationMs, done.messages.length], ['done', undefined, 7, 1]);
  });
});

describe('what is shown of a statement', () => {
  const columns = [{ name: 'a', typeOid: 23, typeName: 'int4' }];
  const statement = (sql = 'SELECT 1', repeatable = true) => new StatementResult(0, sql, 7, repeatable);

  it('is the rows that pass its filters, of those that came; another attempt has neither', () => {
    const result = statement();
    result.start(1_000);
    result.begin(columns);
    result.rowsFetched = 5;
    const before = result.view(1_200, true);
    assert.deepEqual([before.rowCount, before.rowsFetched, before.elapsedMs, before.offset], [5, 5, 200, 7]);
    const arrangement = { sorts: [{ column: 0, descending: true }], filters: [] };
    result.arranged(arrangement, 2);
    const arranged = result.view(1_300, true);
    assert.deepEqual([arranged.rowCount, arranged.rowsFetched, arranged.arrangement], [2, 5, arrangement]);
    assert.ok(arranged.version > before.version);
    result.begin(columns);
    const again = result.view(1_400, true);
    assert.deepEqual([again.rowCount, again.rowsFetched, again.arrangement], [0, 0, { sorts: [], filters: [] }]);
    assert.ok(again.version > arranged.version);
  });

  it('is whether all rows can be fetched: of what was cut short, may be repeated, and can be asked for', () => {
    const shown = (limited: boolean, repeatable: boolean, again: boolean): boolean => {
      const result = statement('SELECT 1', repeatable);
      result.succeed({ tag: 'SELECT 5', rowCount: 5, limited, durationMs: 1, retries: 2 }, 2_000);
      const { canFetchAll, ...view } = result.view(3_000, again);
      assert.deepEqual([view.limited, view.tag, view.retries, view.elapsedMs], [limited, 'SELECT 5', 2, undefined]);
      return canFetchAll;
    };
    assert.equal(shown(true, true, true), true);
    for (const [limited, repeatable, again] of [
      [false, true, true],
      [true, false, true],
      [true, true, false],
    ] as const)
      assert.equal(shown(limited, repeatable, again), false);
  });

  it('is a bounded number of messages, with how many more there were, and the beginning of a long text', () => {
    const result = statement('x'.repeat(4_001));
    result.notice({ severity: 'WARNING', sqlstate: '01000', message: 'mind', detail: 'why', hint: 'what' });
    for (let i = 1; i < 203; i++) result.notice({ severity: 'NOTICE', sqlstate: '00000', message: `notice ${i}` });
    result.say({ severity: 'info', text: 'one too many' });
    const { messages, sql, sqlCut } = result.view(0, false);
    assert.deepEqual(messages[0], {
      severity: 'warning',
      text: 'mind',
      sqlstate: '01000',
      detail: 'why',
      hint: 'what',
    });
    assert.deepEqual(messages[199], { severity: 'info', text: 'notice 199', sqlstate: '00000' });
    assert.deepEqual(messages.slice(200), [{ severity: 'info', text: '4 further messages are not kept.' }]);
    assert.deepEqual([sql.length, sqlCut], [4_000, true]);
    assert.equal(statement('x'.repeat(4_000)).view(0, false).sqlCut, false);
  });

  it('is no error where somebody cancelled it, and that it did not run where one before it failed', () => {
    const [cancelled, pending] = [statement(), statement()];
    cancelled.start(0);
    cancelled.fail(errorView(new CodedError('CANCELLED', 'cancelled'), 'SELECT 1'), 10);
    for (const result of [cancelled, pending]) result.skip();
    assert.deepEqual([cancelled.view(20, false).status, pending.view(20, false).status], ['cancelled', 'not-run']);
    assert.equal(errorView(new DOMException('stopped', 'AbortError'), 'SELECT 1'), undefined);
  });

  it('is where its error lies in its document', () => {
    const sql = 'SELECT a,\r\n  nope\nFROM t';
    const error = (position?: string) => Object.assign(new Error('no such column'), { code: '42703', position });
    const place = (at: string, line: number, column: number) => errorView(error(at), sql, { line, column })?.place;
    assert.deepEqual(place('14', 1, 1), { offset: 13, line: 2, column: 3 });
    assert.deepEqual(place('14', 10, 5), { offset: 13, line: 11, column: 3 });
    assert.deepEqual(place('8', 10, 5), { offset: 7, line: 10, column: 12 });
    assert.equal(errorView(error(), sql)?.place, undefined);
    assert.equal(errorView(error(), sql)?.code, 'INTERNAL');
  });
});
