import type net from 'node:net';
import type { BalanceSample, Moves, RunPlan } from '../core/stress/contract';
import { type BankAudit, type BankBooks, moneyConserved } from '../core/bank/invariants';
import { ledgerOf, type LedgerFinding } from '../core/stress/ledger';
import { movesOf, type CallRecord } from '../core/stress/moves';
import { NO_AUDIT, type Audited } from '../core/stress/result';
import { ABORTED, orAborted } from '../base/abort';
import { CodedError, describeError } from '../base/errors';
import { count } from '../base/number-text';
import { audit, auditHistory } from '../node/bank/audit';
import { auditBooks } from '../node/bank/books';
import { bankPool } from '../node/bank/connect';
import { databaseSocket } from '../node/database-socket';
import type { DatabaseTarget } from '../protocol/stress';

/** What a sample took, times this, is what passes at least until the next one: counting must not become the load. */
const REST_PER_SAMPLE = 10;

/** How the bank is counted. */
export interface BankWatchOptions {
  /** Default: over SQL on the target's database. */
  audit?: () => Promise<BankAudit>;
  /** How long the counts before and after the run may take; default a minute. */
  auditLimitMs?: number;
}

/** Millions of accounts and rows are counted in less; a database that is gone without a word would be waited for for ever. */
const AUDIT_LIMIT_MS = 60_000;
/** What connections that are idle get for their goodbye. */
const GOODBYE_MS = 200;

/** The database's own view of a run: balances before, during and after it, and the rows it left. On connections of its own. */
export class BankWatch {
  readonly samples: BalanceSample[] = [];
  private readonly pool: ReturnType<typeof bankPool>;
  private readonly makeAudit: () => Promise<BankAudit>;
  /** Before and after the run: also where the money lies, and what the history says. */
  private readonly lookThrough: () => Promise<BankBooks>;
  private readonly limitMs: number;
  private readonly sockets = new Set<net.Socket>();
  private before?: BankBooks;
  private sampling?: NodeJS.Timeout;
  private over = false;

  constructor(
    private readonly plan: RunPlan,
    target: DatabaseTarget,
    options: BankWatchOptions = {},
  ) {
    // the audit and the count at the end, and a sample that may still be under way
    this.pool = bankPool(target, 3, () => this.socket());
    this.makeAudit = options.audit ?? (() => audit(this.pool));
    this.lookThrough =
      options.audit === undefined && plan.workload.type !== 'custom'
        ? () => auditBooks(this.pool)
        : async () => {
            const [bank, history] = await Promise.all([this.makeAudit(), this.history()]);
            return { bank, ...history };
          };
    this.limitMs = options.auditLimitMs ?? AUDIT_LIMIT_MS;
  }

  /** Counts before the run. Workloads that leave the bank alone need none, a user's may do without. */
  async begin(): Promise<Audited> {
    const { audited, books } = await this.count();
    this.before = books;
    const { workload, accounts } = this.plan;
    if (workload.type === 'custom') return audited.failure === undefined ? audited : NO_AUDIT;
    if (books && books.bank.accounts < accounts)
      return { ...NO_AUDIT, failure: describeError(accountsMissing(books.bank.accounts, accounts)) };
    return audited;
  }

  /** Samples the sum of balances while the run goes on, each in one snapshot. `elapsedMs` tells the time of the run. */
  sample(elapsedMs: () => number): void {
    const everyMs = (this.plan.balanceEverySeconds ?? 0) * 1000;
    if (everyMs <= 0 || !this.before) return;
    const next = (waitMs: number): void => {
      if (!this.over) this.sampling = setTimeout(() => void take(), waitMs);
    };
    const take = async (): Promise<void> => {
      const began = performance.now();
      const { audit: bank, failure } = await this.auditOnce(this.makeAudit);
      const tookMs = performance.now() - began;
      if (this.over) return;
      if (failure === undefined) this.keep(elapsedMs(), bank);
      next(Math.max(everyMs - tookMs, tookMs * REST_PER_SAMPLE));
    };
    next(everyMs);
  }

  /** The last sample. */
  get balance(): BalanceSample | undefined {
    return this.samples.at(-1);
  }

  /** Counts after the run, when no call is under way any more but those that nobody knows of. */
  async end(elapsedMs: number, calls: CallRecord): Promise<{ after: Audited; moves?: Moves } & LedgerFinding> {
    this.stopSampling();
    const { audited: after, books } = this.before ? await this.count() : { audited: NO_AUDIT };
    if (books) this.keep(elapsedMs, books.bank);
    const found = ledgerOf(this.plan, calls, this.before?.history, books?.history);
    const moves = books && movesOf(this.before, books, calls, this.plan.amount, found);
    // what the ledger cannot see the balances have told
    return { after, ...(found.ledger && { ledger: found.ledger }), ...(moves ? { moves } : seenNot(found)) };
  }

  /** No further sample. */
  stopSampling(): void {
    this.over = true;
    clearTimeout(this.sampling);
  }

  /** Ends the connections; those that are still being opened, or wait for an answer that nobody needs any more, are cut. */
  async close(): Promise<void> {
    this.stopSampling();
    await orAborted(this.pool.end(), AbortSignal.timeout(GOODBYE_MS));
    for (const socket of this.sockets) socket.destroy();
  }

  private socket(): net.Socket {
    const socket = databaseSocket();
    this.sockets.add(socket);
    return socket.once('close', () => this.sockets.delete(socket));
  }

  /** Whether the workload touches the accounts, as far as one can know. */
  private get watched(): boolean {
    return this.plan.workload.type !== 'order-service';
  }

  private keep(atMs: number, bank: BankAudit): void {
    if (!this.before) return;
    const { bank: before } = this.before;
    const exact = moneyConserved(before, bank) && bank.negativeBalances <= before.negativeBalances;
    this.samples.push({ atMs, audit: bank, exact });
    // a day's run at one sample a second would fill the memory of whoever shows it
    if (this.samples.length > MAX_SAMPLES) this.samples.splice(0, this.samples.length, ...thinned(this.samples));
  }

  /** Looks the bank through; one that does not answer in time is one that could not be counted. */
  private async count(): Promise<{ audited: Audited; books?: BankBooks }> {
    if (!this.watched) return { audited: NO_AUDIT };
    const looking = this.lookThrough().then(
      books => ({ audited: { audit: books.bank }, books }),
      (error: unknown) => ({ audited: { ...NO_AUDIT, failure: describeError(error) } }),
    );
    const looked = await orAborted(looking, AbortSignal.timeout(this.limitMs));
    return looked === ABORTED ? { audited: tooSlow(this.limitMs) } : looked;
  }

  private async auditOnce(makeAudit: () => Promise<BankAudit>): Promise<Audited> {
    try {
      return { audit: await makeAudit() };
    } catch (error) {
      return { ...NO_AUDIT, failure: describeError(error) };
    }
  }

  /** What `transactions` holds; nothing where it cannot be read, or the workload is the user's own. */
  private async history(): Promise<Pick<BankBooks, 'history'>> {
    if (this.plan.workload.type === 'custom') return {};
    return auditHistory(this.pool).then(
      history => ({ history }),
      () => ({}),
    );
  }
}

/** Why the ledger sees nothing, where it does not. */
const seenNot = ({ ledgerUnseen }: LedgerFinding): LedgerFinding =>
  ledgerUnseen === undefined ? {} : { ledgerUnseen };

const tooSlow = (limitMs: number): Audited => ({
  ...NO_AUDIT,
  failure: `the balances could not be summed up within ${limitMs / 1000} s\nCheck that the database is reachable.`,
});

function accountsMissing(there: number, wanted: number): CodedError {
  return new CodedError(
    'STRESS_ACCOUNTS_MISSING',
    `the plan takes accounts 1 to ${count(wanted)}, the bank has ${count(there)}`,
    { nextStep: `Load them with: dsql-workshop setup --accounts ${wanted}; or let fewer take part.` },
  );
}

const MAX_SAMPLES = 3_600;

/** One of each two neighbours: the earlier where it is not exact, else the later; and the last of all. */
const thinned = (samples: readonly BalanceSample[]): BalanceSample[] =>
  samples.filter(({ exact }, i) => i === samples.length - 1 || (i % 2 === 0 ? !exact : samples[i - 1]!.exact));
