import { grouped } from '../../base/number-text';
import { describeLoad, describeRows } from '../../core/bank/load-progress';
import type { Progress } from '../../core/chapters/contract';
import { bankPool } from '../../node/bank/connect';
import { setupBank, type SetupProgress, type SetupResult } from '../../node/bank/setup';
import { databaseTarget } from '../../node/chapters/ports';
import type { Target } from '../../node/target';
import { agree, type Agreement } from '../agreement';
import { callerLinesOn } from '../caller';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { Interrupt } from '../interrupt';
import { accountsOf, agreeToLoad, withoutRoom } from '../load-room';
import { count, duration } from '../terminal/figures';
import { ProgressLine } from '../terminal/progress-line';
import { wholeNumber } from '../whole-number';

/** Options as the command line has them. */
export interface SetupOptions {
  accounts: string;
  balance: string;
  workers: string;
  reset?: boolean;
  /** Do not ask, neither before AWS bills nor before a disk is filled. */
  yes?: boolean;
  json?: boolean;
}

const MAX_WORKERS = 64;

/** `setup`: creates the bank's tables and loads its accounts; prints what is there. */
export async function setup(options: SetupOptions, openTarget: OpenTarget, console: Console): Promise<ExitCode> {
  const plan = {
    accounts: wholeNumber('--accounts', options.accounts, 1, 2_147_483_647),
    balance: wholeNumber('--balance', options.balance, 0, Number.MAX_SAFE_INTEGER),
    workers: wholeNumber('--workers', options.workers, 1, MAX_WORKERS),
    reset: options.reset === true,
  };
  const target = await openTarget();
  if (target.kind === 'aws') await agree(await agreementOn(plan, target, options.yes), console);
  const interrupt = new Interrupt();
  const line = new ProgressLine(console.stderr, console.errorStyle);
  const pool = bankPool(await databaseTarget(target), plan.workers);
  try {
    const { dataDir } = target;
    if (dataDir !== undefined)
      await agreeToLoad({ ...plan, dataDir, present: () => accountsOf(pool), yes: options.yes }, console);
    const show = (progress: SetupProgress): void =>
      options.json ? console.stdout.write(`${JSON.stringify(progress)}\n`) : line.show(describe(progress));
    const result = await setupBank(pool, plan, show, interrupt.signal);
    line.clear();
    console.stdout.write(options.json ? `${JSON.stringify({ phase: 'done', ...result })}\n` : `${summary(result)}\n`);
    return EXIT.ok;
  } catch (error) {
    throw target.dataDir === undefined ? error : withoutRoom(error, target.dataDir);
  } finally {
    line.clear();
    interrupt.dispose();
    await pool.end();
  }
}

async function agreementOn(
  plan: { accounts: number; balance: number; reset: boolean },
  target: Target,
  yes: boolean | undefined,
): Promise<Agreement> {
  return {
    lines: [
      ...(await callerLinesOn(target)),
      `On ${target.endpoint}, in AWS, accounts 1 to ${count(plan.accounts)} are made where they are missing. AWS bills the DPUs of what is written.`,
      ...(plan.reset
        ? [
            `--reset deletes every row of transactions and every account above ${count(plan.accounts)} or below 1, and sets all balances to ${count(plan.balance)}.`,
          ]
        : []),
    ],
    question: plan.reset ? 'Reset it?' : 'Load it?',
    code: 'SETUP_NOT_CONFIRMED',
    yes,
  };
}

function describe(progress: SetupProgress): Progress {
  switch (progress.phase) {
    case 'tables':
      return { text: 'creating the tables' };
    case 'deleting': {
      const { table, deleted, count: all, rowsPerSecond } = progress;
      return { text: describeRows(`rows of ${table} deleted`, deleted, all, rowsPerSecond), fraction: deleted / all };
    }
    case 'loading':
      return { text: describeLoad(progress.load), fraction: progress.load.loaded / progress.load.count };
    case 'audit':
      return { text: 'summing the balances' };
  }
}

function summary({ inserted, restored, deleted, audit, fresh, elapsedMs }: SetupResult): string {
  const done = [
    inserted > 0 && `${count(inserted)} accounts inserted (${count((inserted * 1000) / elapsedMs)} a second)`,
    restored > 0 && `${count(restored)} balances put back`,
    deleted.accounts > 0 && `${count(deleted.accounts)} accounts deleted`,
    deleted.transactions > 0 && `${count(deleted.transactions)} transactions deleted`,
  ].filter(text => text !== false);
  const lines = [
    `${done.length > 0 ? done.join(', ') : 'Nothing to do'}, ${duration(elapsedMs)}.`,
    `${count(audit.accounts)} accounts hold ${grouped(audit.sumOfBalances)}${audit.negativeBalances > 0 ? `, ${count(audit.negativeBalances)} of them below zero` : ''}.`,
  ];
  if (!fresh)
    lines.push('Accounts that were there before keep their balances; --reset puts the bank back to its beginning.');
  return lines.join('\n');
}
