import { CodedError } from '../../src/base/errors';
import type { ChapterPorts } from '../../src/core/chapters/contract';
import type { QueryResult } from '../../src/core/sql/database-port';
import type { RunPlan, RunResult } from '../../src/core/stress/contract';

/** A database error as the ports report it. */
export function sqlError(sqlstate: string, message: string, hint?: string): CodedError {
  return new CodedError('DATABASE', message, { details: { sqlstate, hint } });
}

export interface RecordingPorts extends ChapterPorts {
  /** What was asked of the ports, in order: `sql admin …`, `deploy name`, `invoke name`, `load n`, `stress name`. */
  calls: string[];
}

/** Ports that record what is asked of them; `answer` is the database. Everything else succeeds. */
export function recordingPorts(
  answer: (sql: string) => QueryResult | Promise<QueryResult> = () => table([]),
  overrides: Partial<ChapterPorts> = {},
): RecordingPorts {
  const calls: string[] = [];
  return {
    calls,
    variables: {
      region: 'us-east-1',
      clusterEndpoint: 'localhost',
      lambdaRoleArn: 'arn:aws:iam::000000000000:role/fn',
    },
    mintToken: () =>
      Promise.resolve('localhost/?Action=DbConnectAdmin&X-Amz-Expires=900&X-Amz-Signature=0123456789abcdef'),
    database: {
      query: async (sql, { as = 'admin' } = {}) => {
        calls.push(`sql ${as} ${sql}`);
        return answer(sql);
      },
      rolledBack: async statements => {
        const results: QueryResult[] = [];
        for (const sql of statements) results.push(await answer(sql));
        return results;
      },
    },
    lambda: {
      deploy: source => {
        calls.push(`deploy ${source.name} ${source.directory}`);
        return Promise.resolve({
          functionName: source.name,
          functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${source.name}`,
          created: true,
          changed: true,
          bundleBytes: 2048,
          codeSha256: '',
          durationMs: 1,
        });
      },
      invoke: (name, payload) => {
        calls.push(`invoke ${name}`);
        return Promise.resolve({ statusCode: 200, payload: { echo: payload }, durationMs: 1 });
      },
      remove: name => Promise.resolve(void calls.push(`remove ${name}`)),
      exists: () => Promise.resolve(true),
    },
    sessions: {
      open: () => Promise.reject(new Error('no sessions here')),
      load: name => Promise.reject(new Error(`no script ${name} here`)),
    },
    stress: {
      run: plan => {
        calls.push(`stress ${plan.name} ${plan.calls} ${plan.inFlight}`);
        return Promise.resolve(runResult({ plan }));
      },
    },
    bank: {
      loadAccounts: (count, balance, onProgress) => {
        calls.push(`load ${count} ${balance}`);
        onProgress(count);
        return Promise.resolve(count);
      },
      audit: () => Promise.resolve({ accounts: 10, sumOfBalances: '1000', negativeBalances: 0 }),
    },
    ...overrides,
  };
}

/** Rows of one-column-wide or wider results; columns are named c0, c1… */
export function table(rows: (string | null)[][], columns?: string[]): QueryResult {
  return { columns: columns ?? (rows[0] ?? []).map((_, i) => `c${i}`), rows, tag: `SELECT ${rows.length}` };
}

const LATENCY = { count: 10, min: 1, mean: 5, p50: 4, p90: 8, p95: 9, p99: 12, p999: 15, max: 20 };

/** A completed run in which every call succeeded, unless told otherwise. */
export function runResult(overrides: Partial<RunResult> & { plan?: RunPlan } = {}): RunResult {
  const plan: RunPlan = overrides.plan ?? {
    name: 'run',
    workload: { type: 'lambda-transfer', functionName: 'transfer' },
    calls: 10,
    inFlight: 2,
    workers: 1,
    accounts: 10,
    amount: 1,
    seed: 1,
    maxDurationSeconds: 10,
    transport: 'lean',
  };
  const audit = { accounts: 10, sumOfBalances: '1000', negativeBalances: 0 };
  return {
    plan,
    status: 'completed',
    elapsedMs: 1000,
    started: plan.calls,
    succeeded: plan.calls,
    failed: 0,
    inFlight: 0,
    callsPerSecond: 10,
    errors: {},
    retries: 0,
    maxRetries: 0,
    callsWithRetries: 0,
    latency: LATENCY,
    handlerLatency: LATENCY,
    throughput: 10,
    before: audit,
    after: audit,
    moneyConserved: true,
    ...overrides,
  };
}
