/** Statements the gateway answers itself, or with requests of its own making. */
import type { Classified, SpecialStatement } from '../../core/dialect/contract';
import { ENGINE } from '../engine-schema';
import type { Batch } from './batch';
import { askCatalog } from './ask-catalog';
import { BatchError } from './batch-error';
import { catalogQueryOn, QueryFailed, runText } from './catalog-query';
import * as errors from './errors';
import { askAside } from './lending';
import { forbidWrites, isReadOnly, serveSetting, shownByGateway } from './serve-settings';
import { servedColumns, type Served } from './served-columns';
import { commandComplete, errorResponse, oneValue } from './wire/server-messages';

const DEALLOCATE = /^\s*deallocate\s+(?:prepare\s+)?(all|"(?:[^"]|"")+"|\w+)\s*(?:;\s*)?$/i;

const isSpecialRun = (special: SpecialStatement | undefined): boolean =>
  special !== undefined && special.type !== 'drop-index';

/** True when `serve` answers the statement. */
export function isServed(c: Classified): boolean {
  switch (c.kind) {
    case 'begin':
    case 'commit':
    case 'rollback':
    case 'set':
    case 'reset':
    case 'empty':
      return true;
    case 'show':
      return c.parameter !== undefined && shownByGateway(c.parameter.name);
    default:
      return isSpecialRun(c.special) || (c.kind === 'other' && DEALLOCATE.test(c.text));
  }
}

/** Answers a served statement. @returns true when the batch goes on at `resumeAt` instead. @throws BatchError */
export function serve(batch: Batch, served: Served): boolean | Promise<boolean> {
  const { c } = served;
  switch (c.kind) {
    case 'empty':
      return false;
    case 'begin':
      return begin(batch, served);
    case 'commit':
      return commit(batch, c);
    case 'rollback':
      return batch.flush().then(moved => moved || rollback(batch, c));
    case 'set':
    case 'reset':
    case 'show':
      return serveSetting(batch, served);
    default:
      return c.special ? serveSpecial(batch, served, c.special) : deallocate(batch, c);
  }
}

function begin(batch: Batch, { c, op }: Served): boolean | Promise<boolean> {
  const { client } = batch;
  const { tx } = client;
  const tag = commandComplete(c.tag || 'BEGIN');
  const mayWriteAgain = tx?.kind === 'explicit' && c.begin?.readWrite === true && isReadOnly(client);
  if (mayWriteAgain) batch.emit(errorResponse(errors.alreadyInTransaction));
  if (mayWriteAgain && tx.begun) throw new BatchError(errors.readWriteTooLate);
  if ((tx?.kind !== 'explicit' || mayWriteAgain) && !tx?.begun) {
    // also in place of the block that a series of statements stands in, which PostgreSQL does not know yet
    const { settingsBefore, localBefore, locals } = client;
    const readOnly = c.begin?.readOnly === true || (client.readOnly && c.begin?.readWrite !== true);
    batch.open('explicit', readOnly, c.begin?.deferrable);
    if (tx) Object.assign(client, { settingsBefore, localBefore, locals });
    batch.emit(tag);
    return false;
  }
  const answer = (moved: boolean): boolean => {
    if (moved) return true;
    if (tx.kind === 'explicit') batch.emit(errorResponse(errors.alreadyInTransaction));
    tx.kind = 'explicit';
    batch.emit(tag);
    return false;
  };
  return c.begin?.readOnly && !tx.readOnly ? forbidWrites(batch, op).then(answer) : answer(false);
}

/** AND CHAIN begins a block like the one it ends. @throws BatchError outside a block */
function chained(batch: Batch, c: Classified): () => void {
  const { tx } = batch.client;
  if (!c.chain) return () => undefined;
  if (tx?.kind !== 'explicit')
    throw new BatchError(errors.chainOutsideBlock(c.kind === 'commit' ? 'COMMIT' : 'ROLLBACK'));
  const readOnly = isReadOnly(batch.client);
  return () => batch.open('explicit', readOnly, tx.deferrable);
}

function rollback(batch: Batch, c: Classified): boolean {
  const next = chained(batch, c);
  if (batch.client.tx?.kind !== 'explicit') batch.emit(errorResponse(errors.noTransaction));
  batch.rollback();
  batch.client.portals.clear();
  batch.emit(commandComplete('ROLLBACK'));
  next();
  return false;
}

async function commit(batch: Batch, c: Classified): Promise<boolean> {
  const { client } = batch;
  const next = chained(batch, c);
  if (client.tx?.failed) {
    client.tx = undefined;
    client.portals.clear();
    batch.emit(commandComplete('ROLLBACK'));
    next();
    return false;
  }
  if (await batch.flush()) return true;
  const { tx } = client;
  if (tx?.kind !== 'explicit') batch.emit(errorResponse(errors.noTransaction));
  if (tx) await batch.commit();
  client.portals.clear();
  batch.emit(commandComplete('COMMIT'));
  next();
  return false;
}

async function deallocate(batch: Batch, c: Classified): Promise<boolean> {
  if (await batch.flush()) return true;
  const name = DEALLOCATE.exec(c.text)![1]!;
  const { statements } = batch.client;
  if (/^all$/i.test(name)) {
    statements.clear();
    batch.emit(commandComplete('DEALLOCATE ALL'));
    return false;
  }
  const plain = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
  if (!statements.delete(plain)) throw new BatchError(errors.noStatement(plain));
  batch.emit(commandComplete('DEALLOCATE'));
  return false;
}

async function serveSpecial(batch: Batch, served: Served, special: SpecialStatement): Promise<boolean> {
  const { tx, readOnly } = batch.client;
  if (special.type !== 'wait-for-job' && (tx?.readOnly ?? readOnly))
    throw new BatchError(errors.readOnlyTransaction(served.c.tag));
  await askCatalog(batch, served.c);
  switch (special.type) {
    case 'wait-for-job':
      return waitForJob(batch, served, special);
    case 'iam-grant':
    case 'iam-revoke':
      return inTransaction(batch, served, async query => {
        const name = special.type === 'iam-grant' ? 'iam_grant' : 'iam_revoke';
        await query(`SELECT ${ENGINE}.${name}($1, $2)`, [special.role, special.arn]);
        return undefined;
      });
    case 'create-index-async':
    case 'validate-constraint-async':
      return inTransaction(batch, served, async query => {
        const { jobId, notice } = await batch.context.jobs.submit(special, query);
        if (jobId !== undefined) batch.tx.jobs.push(jobId);
        if (notice) batch.emit(errorResponse(notice));
        return jobId;
      });
    case 'drop-index':
      return false;
  }
}

/**
 * Runs DDL of the gateway's own in the client's transaction, or in one of its own, and answers with a row where there is a result. The
 * answer is given after the commit where the statement commits by itself.
 */
async function inTransaction(
  batch: Batch,
  served: Served,
  work: (query: ReturnType<typeof catalogQueryOn>) => Promise<string | undefined>,
): Promise<boolean> {
  if (await batch.flush()) return true;
  const alone = !batch.client.tx;
  if (alone) batch.open('implicit', batch.client.readOnly);
  batch.admit(served.c);
  const { backend, tx } = await batch.segment();
  tx.ddl = tx.unlogged = true;
  if (await batch.flush()) return true;
  const result = await work(catalogQueryOn(backend));
  if (alone) await batch.commit();
  if (result !== undefined) {
    if (served.withColumns) batch.emit(servedColumns(served.c));
    batch.emit(oneValue(Buffer.from(result)));
  }
  batch.emit(commandComplete(served.c.tag));
  return false;
}

async function waitForJob(
  batch: Batch,
  served: Served,
  special: Extract<SpecialStatement, { type: 'wait-for-job' }>,
): Promise<boolean> {
  if (await batch.flush()) return true;
  if (batch.client.tx) throw new BatchError(errors.waitInTransactionBlock);
  const jobId = await namedJob(batch, served, special.jobId);
  let succeeded: boolean;
  try {
    succeeded = await batch.context.jobs.wait(jobId, batch.client.signal);
  } catch (error) {
    throw new BatchError(errors.ofFailure(error));
  }
  if (served.withColumns) batch.emit(servedColumns(served.c));
  batch.emit(oneValue(served.binary ? Buffer.from([succeeded ? 1 : 0]) : Buffer.from(succeeded ? 't' : 'f')));
  batch.emit(commandComplete('CALL'));
  return false;
}

/** The job that a CALL is about. What is more than a value, PostgreSQL works out: the procedure there refuses with the id as detail. */
async function namedJob(
  batch: Batch,
  { c, values }: Served,
  jobId: Extract<SpecialStatement, { type: 'wait-for-job' }>['jobId'],
): Promise<string> {
  if (typeof jobId === 'string') return jobId;
  if ('parameter' in jobId) return values[jobId.parameter - 1]?.toString() ?? '';
  try {
    const given = values.map(value => value?.toString() ?? null);
    await askAside(batch, backend => runText(backend, c.sql, given));
    return '';
  } catch (error) {
    const told = error instanceof QueryFailed ? error.error : undefined;
    if (told?.message !== errors.waitInTransactionBlock.message) throw error;
    return told.detail ?? '';
  }
}
