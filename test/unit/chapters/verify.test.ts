import assert from 'node:assert/strict';
import type { Check, ChapterPorts } from '../../../src/core/chapters/contract';
import { ChapterMemory } from '../../../src/core/chapters/memory';
import { verify } from '../../../src/core/chapters/verify';
import { recordingPorts, runResult, sqlError, table } from '../../support/chapter-ports';

const bench = (ports: ChapterPorts, fill: (memory: ChapterMemory) => void = () => undefined) => {
  const memory = new ChapterMemory(ports.variables);
  fill(memory);
  return { ports, memory, figure: (number: { laptop: number }) => number.laptop };
};
const common = { describe: 'it holds', line: 1 };
const outcome = async (
  check: Check,
  ports: ChapterPorts = recordingPorts(),
  fill?: (memory: ChapterMemory) => void,
): Promise<[boolean, string, string]> => {
  const { held, expected, actual } = await verify(check, bench(ports, fill));
  return [held, expected, actual];
};

const FULL_SCAN = `Limit  (cost=104.92..104.93 rows=5 width=36)
  ->  Sort  (cost=104.92..104.93 rows=6 width=36)
        Sort Key: created_at DESC
        ->  Full Scan (btree-table) on transactions  (cost=100.76..104.84 rows=6 width=36)
              -> Storage Scan on transactions (cost=100.76..104.84 rows=6 width=36)
                  Filters: (payer_id = 1)
                  -> B-Tree Scan on transactions (cost=100.76..104.84 rows=6 width=36)`;
const INDEX_SCAN = `Limit  (cost=100.54..208.56 rows=2 width=36) (actual time=1.578..1.597 rows=3 loops=1)
  ->  Index Scan Backward using idx_payer on transactions  (cost=100.54..208.56 rows=2 width=36) (actual time=1.577..1.595 rows=3 loops=1)
        Index Cond: (payer_id = 1)
        -> Storage Scan on idx_payer (cost=100.54..208.56 rows=2 width=36) (actual rows=3 loops=1)
            -> B-Tree Scan on idx_payer (cost=100.54..208.56 rows=2 width=36) (actual rows=3 loops=1)
        -> Storage Lookup on transactions (cost=100.54..208.56 rows=2 width=36) (actual rows=3 loops=1)
            -> B-Tree Lookup on transactions (cost=100.54..208.56 rows=2 width=36) (actual rows=3 loops=1)`;

describe('verify', () => {
  it('says what to do where a check does not hold: by what was found, else as the chapter says', async () => {
    const told = async (check: Check, ports = recordingPorts()) => (await verify(check, bench(ports))).nextStep;
    const otherwise = 'Grant it.';
    const one = recordingPorts(() => table([['1']]));
    const rows = (expect: string): Check => ({ type: 'rows', sql: 'SELECT', expect: [[expect]], otherwise, ...common });
    assert.equal(await told(rows('2'), one), otherwise);
    assert.equal(await told(rows('1'), one), undefined, 'nothing, where it holds');
    assert.match(
      (await told({ type: 'answer', name: 'none', path: 'a', equals: 1, otherwise, ...common })) ?? '',
      /^Run the step that makes it/,
    );
    const broken = recordingPorts(() => {
      throw sqlError('42501', 'permission denied');
    });
    assert.equal(await told(rows('1'), broken), otherwise);
    assert.match(
      (await told(
        { type: 'index', index: 'i', valid: true, ...common },
        recordingPorts(() => table([['false']])),
      )) ?? '',
      /sys\.jobs/,
    );
  });

  it('compares rows as text, in order, NULL as NULL', async () => {
    const ports = recordingPorts(() =>
      table([
        ['1', null],
        ['2', 'b'],
      ]),
    );
    const check = (expect: string[][]): Check => ({ type: 'rows', sql: 'SELECT', expect, ...common });
    assert.deepEqual(
      await outcome(
        check([
          ['1', 'NULL'],
          ['2', 'b'],
        ]),
        ports,
      ),
      [true, '1 | NULL\n2 | b', '1 | NULL\n2 | b'],
    );
    assert.equal(
      (
        await outcome(
          check([
            ['2', 'b'],
            ['1', 'NULL'],
          ]),
          ports,
        )
      )[0],
      false,
    );
    assert.deepEqual(await outcome(check([]), ports), [false, '(no rows)', '1 | NULL\n2 | b']);
  });

  it('compares numbers beyond 2^53 exactly', async () => {
    const ports = recordingPorts(() => table([['9007199254740993']]));
    const check = (min: number): Check => ({ type: 'rows', sql: 'SELECT', min, ...common });
    assert.equal((await outcome(check(9007199254740992), ports))[0], true);
    assert.equal((await outcome({ type: 'rows', sql: 'SELECT', max: 9007199254740992, ...common }, ports))[0], false);
    assert.equal(
      (
        await outcome(
          check(1),
          recordingPorts(() => table([])),
        )
      )[0],
      false,
    );
  });

  it('does not hold, and says why, when the query fails', async () => {
    const ports = recordingPorts(() => Promise.reject(sqlError('42P01', 'no such table', 'make it')));
    assert.deepEqual(await outcome({ type: 'rows', sql: 'SELECT', min: 1, ...common }, ports), [
      false,
      'at least 1',
      '42P01 no such table (make it)',
    ]);
  });

  it('wants a statement to fail as expected', async () => {
    const check: Check = {
      type: 'fails',
      sql: 'X',
      as: 'admin',
      error: { sqlstate: '0A000', contains: 'ASYNC' },
      ...common,
    };
    const failing = (state: string, text: string, hint?: string) =>
      recordingPorts(() => Promise.reject(sqlError(state, text, hint)));
    assert.equal((await outcome(check, failing('0A000', 'please use CREATE INDEX async.')))[0], true);
    assert.equal((await outcome(check, failing('0A000', 'no', 'use async')))[0], true, 'the hint counts too');
    assert.equal((await outcome(check, failing('42601', 'async')))[0], false);
    assert.deepEqual(await outcome(check), [false, 'error 0A000 with "ASYNC"', 'accepted']);
  });

  it('counts money: accounts, sum and none below zero', async () => {
    const check: Check = { type: 'money', accounts: { laptop: 10, full: 99 }, balance: 100, ...common };
    const audit = (sumOfBalances: string, negativeBalances = 0) =>
      recordingPorts(undefined, {
        bank: {
          ...recordingPorts().bank,
          audit: () => Promise.resolve({ accounts: 10, sumOfBalances, negativeBalances }),
        },
      });
    assert.equal((await outcome(check, audit('1000')))[0], true);
    assert.equal((await outcome(check, audit('999')))[0], false);
    assert.equal((await outcome(check, audit('1000', 1)))[0], false);
    assert.equal((await outcome(check, audit('12345')))[2], '10 accounts, sum of balances 12,345, 0 below zero');
  });

  it('judges plans by their nodes', async () => {
    const check = (fields: object): Check => ({ type: 'plan', name: 'p', ...fields, ...common }) as Check;
    const with_ = (text: string) => (memory: ChapterMemory) => void memory.plans.set('p', text);
    const held = async (fields: object, text: string) => (await outcome(check(fields), undefined, with_(text)))[0];
    assert.equal(await held({ uses: 'Full Scan', avoids: 'Index Scan' }, FULL_SCAN), true);
    assert.equal(await held({ uses: 'Index Scan' }, FULL_SCAN), false);
    assert.equal(
      await held({ uses: 'Index Scan Backward', avoids: 'Full Scan', index: 'idx_payer', maxRowsRead: 6 }, INDEX_SCAN),
      true,
    );
    assert.equal(await held({ index: 'idx_other' }, INDEX_SCAN), false);
    const [, , shown] = await outcome(check({ uses: 'Storage Lookup' }), undefined, with_(INDEX_SCAN));
    assert.match(
      String(shown),
      /^Index Scan Backward using idx_payer on transactions, Storage Lookup on transactions$/,
    );
    assert.equal(await held({ maxRowsRead: 5 }, INDEX_SCAN), false);
    assert.equal(
      await held({ maxRowsRead: 5 }, FULL_SCAN),
      false,
      'a plan that was not analysed has read nothing to count',
    );
    assert.equal(await held({ avoids: 'Full Scan' }, 'not a plan'), false);
    assert.deepEqual(await outcome(check({ uses: 'Full Scan' })), [false, 'it holds', 'not explained in this session']);
  });

  it('explains a query now when the check brings one', async () => {
    const ports = recordingPorts(() => table(INDEX_SCAN.split('\n').map(line => [line])));
    assert.equal((await outcome({ type: 'plan', sql: 'SELECT 1', index: 'idx_payer', ...common }, ports))[0], true);
    assert.deepEqual(ports.calls, ['sql admin EXPLAIN SELECT 1']);
  });

  it('finds values inside answers', async () => {
    const fill = (memory: ChapterMemory) =>
      void memory.answers.set('a', {
        list: [{ error: 'Insufficient balance' }],
        balance: 90,
        rows: [
          ['1', 'a'],
          ['2', 'b'],
        ],
      });
    const check = (fields: object): Check => ({ type: 'answer', name: 'a', ...fields, ...common }) as Check;
    assert.equal((await outcome(check({ path: 'balance', equals: 90 }), undefined, fill))[0], true);
    assert.equal((await outcome(check({ path: 'balance', equals: '90' }), undefined, fill))[0], false);
    assert.equal((await outcome(check({ path: 'list.0.error', contains: 'insufficient' }), undefined, fill))[0], true);
    assert.deepEqual(await outcome(check({ path: 'list.1', equals: 1 }), undefined, fill), [false, '1', 'no "list.1"']);
    const failed = (memory: ChapterMemory) =>
      void memory.answers.set('a', { error: 'timeout exceeded when trying to connect', errorCode: undefined });
    assert.deepEqual(
      await outcome(check({ path: 'balance', equals: 90 }), undefined, failed),
      [false, '90', 'no "balance", but the error "timeout exceeded when trying to connect"'],
      'what the function said instead is told',
    );
    const rows = check({ path: 'rows', equals: [['1', 'a']] });
    assert.deepEqual(await outcome(rows, undefined, fill), [false, '1 | a', '1 | a\n2 | b']);
    assert.deepEqual(await outcome(check({ path: 'balance', equals: 90 })), [
      false,
      '90',
      'not invoked in this session',
    ]);
  });

  describe('of a stress run', () => {
    const check = (fields: object): Check => ({ type: 'stress', name: 'r', ...fields, ...common }) as Check;
    const held = async (fields: object, run: Parameters<typeof runResult>[0]): Promise<boolean> =>
      (await outcome(check(fields), undefined, memory => memory.runs.set('r', runResult(run))))[0];

    it('tells all from some', async () => {
      assert.equal(await held({ succeeded: 'all' }, {}), true);
      assert.equal(await held({ succeeded: 'all' }, { succeeded: 9, failed: 1 }), false);
      assert.equal(await held({ succeeded: 'all' }, { succeeded: 9, failed: 0 }), false, 'a call that never ended');
      assert.equal(await held({ succeeded: 'some' }, { succeeded: 9, failed: 1 }), true);
      assert.equal(await held({ succeeded: 'some' }, {}), false);
      assert.equal(await held({ succeeded: 'some' }, { succeeded: 0, failed: 10 }), false);
    });

    it('counts errors by class and retries', async () => {
      const some = { succeeded: 8, failed: 2, errors: { 'occ-data': 2 }, retries: 3 };
      assert.equal(await held({ errors: [{ class: 'occ-data', min: 1 }] }, some), true);
      assert.equal(await held({ errors: [{ class: 'occ-data', max: 1 }] }, some), false);
      assert.equal(await held({ errors: [{ class: 'timeout', min: 1 }] }, some), false);
      assert.equal(await held({ minRetries: 3 }, some), true);
      assert.equal(await held({ minRetries: 4 }, some), false);
    });

    it('says what failed as other views do, and one thing as one', async () => {
      const run = { succeeded: 9_940, failed: 60, errors: { 'occ-data': 60 }, retries: 1, maxRetries: 1 };
      const fields = { succeeded: 'some', errors: [{ class: 'occ-data', min: 1 }], minRetries: 1 };
      assert.deepEqual(await outcome(check(fields), undefined, memory => memory.runs.set('r', runResult(run))), [
        true,
        'some calls succeed, some fail; at least 1 × Conflict on data (40001 OC000); at least 1 retry; money conserved',
        '9,940 succeeded, 60 failed; 60 × Conflict on data (40001 OC000); 1 retry, at most 1 in one call; money conserved',
      ]);
      const none = check({ errors: [{ class: 'occ-data', max: 0 }] });
      const told = 'no Conflict on data (40001 OC000); money conserved';
      assert.deepEqual(await outcome(none, undefined, memory => memory.runs.set('r', runResult({}))), [
        true,
        told,
        told,
      ]);
    });

    it('never holds when money was made or lost', async () => {
      assert.equal(await held({ succeeded: 'all' }, { moneyConserved: false }), false);
    });

    it('does not hold without a run', async () => {
      assert.deepEqual((await outcome(check({ succeeded: 'all' }))).slice(0, 1), [false]);
    });
  });

  it('tells a valid index from an invalid and a missing one', async () => {
    const check = (valid: boolean): Check => ({ type: 'index', index: 'i', valid, ...common });
    const answering = (rows: string[][]) => recordingPorts(() => table(rows));
    assert.deepEqual(await outcome(check(true), answering([['true']])), [true, 'valid', 'valid']);
    assert.deepEqual(await outcome(check(true), answering([['false']])), [false, 'valid', 'invalid']);
    assert.deepEqual(await outcome(check(false), answering([])), [false, 'invalid', 'no such index']);
  });
});
