import { CodedError } from '../../base/errors';
import { TRANSACTION_ROW_LIMIT } from '../dialect/row-limit';
import type { Chapter, ChapterPorts } from '../chapters/contract';
import { CREATE_ORDER_INDEXES, CREATE_ORDER_TABLES } from '../orders/schema';
import type { RunPlan } from '../stress/contract';
import { STRESS_FUNCTIONS } from './form-plan';
import { count } from '../../base/number-text';

/** What an account that is made here holds. */
const OPENING_BALANCE = 100;
/** The database role of the workshop's functions. */
const ROLE = 'myapp';

/** Folders of handlers, by the function that is made of them: slug of the chapter's folder, folder inside it. */
const HANDLERS: ReadonlyMap<string, { chapter: RegExp; history: boolean }> = new Map([
  [STRESS_FUNCTIONS['without-retries'], { chapter: /^01-/, history: false }],
  [STRESS_FUNCTIONS['with-retries'], { chapter: /^02-/, history: false }],
  [STRESS_FUNCTIONS['with-history'], { chapter: /^03-/, history: true }],
]);

export interface PreparationProgress {
  text: string;
  /** 0..1 where known. */
  fraction?: number;
}

export interface PreparationOptions {
  ports: ChapterPorts;
  chapters: readonly Chapter[];
  onProgress: (progress: PreparationProgress) => void;
  signal: AbortSignal;
}

/**
 * Makes what a run needs and the target lacks: tables, accounts 1..n, and for the workshop's functions the role, its rights and the function
 * itself. What is there stays as it is. @returns what was made, in words. Rejects with `CANCELLED` when `signal` fires, and with
 * `STRESS_FUNCTION_MISSING` when a function of the user's own is not deployed.
 */
export async function prepareRun(plan: RunPlan, options: PreparationOptions): Promise<string[]> {
  const { ports, onProgress, signal } = options;
  const made: string[] = [];
  const stage = (text: string): void => {
    if (signal.aborted) throw cancelled();
    onProgress({ text });
  };
  const { workload } = plan;
  const handler = workload.type === 'lambda-transfer' ? HANDLERS.get(workload.functionName) : undefined;
  const history = handler?.history === true || ('recordHistory' in workload && workload.recordHistory === true);

  if (workload.type === 'order-service') {
    await prepareOrders(ports, stage, signal);
    stage('Everything is there');
    return made;
  }
  stage('Looking for the accounts…');
  const tables = await existingTables(ports, signal);
  if (!tables.has('accounts')) {
    stage('Creating the table accounts…');
    await ddl(ports, 'CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL)', signal);
    made.push('table accounts');
  }
  if (history && !tables.has('transactions')) {
    stage('Creating the table transactions…');
    await ddl(ports, TRANSACTIONS, signal);
    made.push('table transactions');
  }
  const loaded = await loadMissing(plan.accounts, options);
  if (loaded > 0) made.push(`${count(loaded)} accounts`);
  if (workload.type === 'lambda-transfer')
    made.push(...(await prepareFunction(workload.functionName, handler, options, stage)));
  stage('Everything is there');
  return made;
}

/** Every statement says IF NOT EXISTS; the indexes are waited for, since a run without them measures something else. */
async function prepareOrders(
  { database }: ChapterPorts,
  stage: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  stage('Creating the tables of the order service…');
  for (const sql of CREATE_ORDER_TABLES) await database.query(sql, { signal, onSchemaConflict: () => undefined });
  for (const sql of CREATE_ORDER_INDEXES) {
    stage('Building the indexes of the order service…');
    const { rows } = await database.query(sql, { signal, onSchemaConflict: () => undefined });
    const job = rows[0]?.[0];
    if (job) await database.query(`CALL sys.wait_for_job('${job.replace(/'/g, "''")}')`, { signal });
  }
}

const TRANSACTIONS = `CREATE TABLE transactions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  payer_id int NOT NULL,
  payee_id int NOT NULL,
  amount bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
)`;

async function existingTables({ database }: ChapterPorts, signal: AbortSignal): Promise<Set<string>> {
  const { rows } = await database.query(
    `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname IN ('accounts', 'transactions')`,
    { signal },
  );
  return new Set(rows.map(([name]) => name ?? ''));
}

/** A DDL statement is one transaction: a conflict with another schema change applied nothing, and it is repeated. */
async function ddl({ database }: ChapterPorts, sql: string, signal: AbortSignal): Promise<void> {
  await database.query(sql, { signal, onSchemaConflict: () => undefined });
}

/** Only where accounts are missing: counting a million takes a moment, loading them a minute. */
async function loadMissing(wanted: number, { ports, onProgress, signal }: PreparationOptions): Promise<number> {
  const { rows } = await ports.database.query('SELECT count(*) FROM accounts WHERE id BETWEEN 1 AND $1', {
    params: [wanted],
    signal,
  });
  const found = Number(rows[0]?.[0] ?? 0);
  if (found >= wanted) return 0;
  const rounds = Math.ceil((wanted - found) / TRANSACTION_ROW_LIMIT);
  onProgress({ text: `Loading ${count(wanted - found)} accounts in ${count(rounds)} transactions…`, fraction: 0 });
  const beganAt = performance.now();
  return ports.bank.loadAccounts(
    wanted,
    OPENING_BALANCE,
    loaded => {
      const perSecond = ((loaded - found) * 1_000) / Math.max(1, performance.now() - beganAt);
      onProgress({
        text: `Loading accounts: ${count(loaded)} of ${count(wanted)}, ${count(perSecond)} a second`,
        fraction: Math.min(1, loaded / wanted),
      });
    },
    signal,
  );
}

async function prepareFunction(
  name: string,
  handler: { chapter: RegExp; history: boolean } | undefined,
  { ports, chapters, onProgress, signal }: PreparationOptions,
  stage: (text: string) => void,
): Promise<string[]> {
  stage(`Looking for the function ${name}…`);
  const exists = await ports.lambda.exists(name);
  if (!handler) {
    if (exists) return [];
    throw new CodedError('STRESS_FUNCTION_MISSING', `there is no function ${name} on this target`, {
      nextStep: 'Deploy it first, or choose one of the functions of the workshop.',
    });
  }
  const made: string[] = [];
  stage(`Checking the rights of the role ${ROLE}…`);
  if (await ensureRole(ports, signal)) made.push(`role ${ROLE}`);
  await ddl(ports, `GRANT SELECT, UPDATE ON TABLE accounts TO ${ROLE}`, signal);
  if (handler.history) await ddl(ports, `GRANT SELECT, INSERT ON TABLE transactions TO ${ROLE}`, signal);
  if (exists) return made;
  const chapter = chapters.find(({ slug }) => handler.chapter.test(slug));
  if (!chapter)
    throw new CodedError('STRESS_HANDLER_MISSING', `the chapter that holds the handler of ${name} is not there`, {
      nextStep: 'Install the extension again.',
    });
  stage(`Deploying the function ${name}…`);
  const separator = chapter.directory.includes('\\') ? '\\' : '/';
  const { variables } = ports;
  await ports.lambda.deploy(
    {
      name,
      directory: `${chapter.directory}${separator}lambda`,
      environment: { CLUSTER_ENDPOINT: variables.clusterEndpoint ?? '' },
      roleArn: variables.lambdaRoleArn ?? '',
      chapter: chapter.slug,
    },
    text => onProgress({ text }),
    signal,
  );
  return [...made, `function ${name}`];
}

async function ensureRole(ports: ChapterPorts, signal: AbortSignal): Promise<boolean> {
  const { database, variables } = ports;
  const roles = await database.query('SELECT 1 FROM pg_roles WHERE rolname = $1', { params: [ROLE], signal });
  if (roles.rows.length === 0) await ddl(ports, `CREATE ROLE ${ROLE} WITH LOGIN`, signal);
  const arn = variables.lambdaRoleArn ?? '';
  const mapped = await database.query('SELECT 1 FROM sys.iam_pg_role_mappings WHERE pg_role_name = $1 AND arn = $2', {
    params: [ROLE, arn],
    signal,
  });
  if (mapped.rows.length === 0) await ddl(ports, `AWS IAM GRANT ${ROLE} TO '${arn.replace(/'/g, "''")}'`, signal);
  return roles.rows.length === 0;
}

const cancelled = (): CodedError => new CodedError('CANCELLED', 'the preparation was cancelled');
