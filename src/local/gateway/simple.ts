/** The simple query protocol: a text of one or several statements, answered one after the other. */
import type { Classified, Dialect } from '../../core/dialect/contract';
import { isRefusedAfterNames, refuseAfterNames } from './after-names';
import { Batch } from './batch';
import { batchErrorOf } from './batch-error';
import { errorOf } from './landing';
import type { ClientState } from './client-state';
import type { GatewayContext } from './context';
import { CopyIn } from './copy/copy-in';
import { characters, placed, withoutParameters } from './error-position';
import { ddlWithDml } from './errors';
import { judge } from './judge';
import { inKeyOrder } from './key-order';
import { explainStatement } from './serve-explain';
import { isServed, serve } from './served';
import { inResolution } from './settings';
import { unnamedStatement } from './statements';
import { query, readText } from './wire/client-messages';
import { EMPTY_QUERY } from './wire/server-messages';

interface Statement {
  classified: Classified;
  /** Where it begins in the client's text, in UTF-16 units. */
  start: number;
  frame: Buffer;
}

/** A text without a semicolon before its end is one statement. */
function isSingle(text: string): boolean {
  const at = text.indexOf(';');
  return at < 0 || at === text.trimEnd().length - 1;
}

function statementsOf(dialect: Dialect, text: string, frame: Buffer): Statement[] {
  if (isSingle(text)) return [statement(dialect.classify(text), text, 0, frame)].filter(isText);
  const spans = dialect.split(text);
  const statements = spans.map(span => statement(dialect.classify(span.text), span.text, span.start));
  // PostgreSQL reads the whole text before it runs any of it; what is missing before a semicolon it misses at the semicolon
  const wrong = statements.findIndex(({ classified }) => classified.refusal?.ruleId === 'syntax_error');
  if (wrong < 0) return statements.filter(isText);
  const { start } = spans[wrong]!;
  const upToNext = text.slice(start, spans[wrong + 1]?.start);
  return [statement(dialect.classify(upToNext), upToNext, start)];
}

/** An empty one is nothing to refuse, in a block that has failed neither. */
const isText = ({ classified }: Statement): boolean => classified.kind !== 'empty';

const NO_COPY = Promise.resolve(undefined);

/** A Query: what has run of it, and what is to run. */
interface Query {
  text: string;
  statements: Statement[];
  /** The next statement. */
  at: number;
  /** CommandComplete of a COPY that came last. */
  tag?: Buffer | undefined;
}

function statement(classified: Classified, text: string, start: number, frame?: Buffer): Statement {
  return { classified, start, frame: frame && classified.sql === text ? frame : query(classified.sql) };
}

/** Answers a Query, up to but without ReadyForQuery. @returns the COPY whose rows the client is to send now */
export function runQuery(context: GatewayContext, client: ClientState, frame: Buffer): Promise<CopyIn | undefined> {
  let text: string;
  try {
    text = readText(frame, client.settings.encoding.statement);
  } catch (error) {
    new Batch(context, client).answerError(batchErrorOf(error));
    return NO_COPY;
  }
  const statements = statementsOf(context.dialect, text, frame);
  if (client.statements.size > 0) client.statements.delete('');
  if (client.portals.size > 0) {
    client.leaveUnnamedPortal();
    client.portals.delete('');
  }
  return runStatements(context, client, { text, statements, at: 0 });
}

/** Runs the statements that are left, up to a COPY whose rows are to come: the rest is run once they are there. */
async function runStatements(context: GatewayContext, client: ClientState, run: Query): Promise<CopyIn | undefined> {
  const batch = new Batch(context, client);
  const { statements, text } = run;
  if (client.tx) client.tx.busy = true;
  try {
    if (statements.length === 0) return void batch.emit(EMPTY_QUERY);
    while (run.at < statements.length) {
      const { at } = run;
      if (statements.length > 1 && !client.tx && startsBlock(statements, at)) batch.open('implicit', client.readOnly);
      batch.holdsTag = at > 0 && at === statements.length - 1 && client.tx?.kind === 'implicit';
      const statement = statements[at]!;
      if (!statement.classified.copyFrom) {
        const ran = runOne(batch, statement, at);
        if (ran) await ran;
      } else if (!(await batch.flush())) {
        const copy = await copyIn(batch, statement.classified);
        copy.rest = () => runStatements(context, client, { ...run, at: at + 1, tag: copy.heldTag });
        return copy;
      }
      run.at = batch.resumeAt ?? at + 1;
      batch.resumeAt = undefined;
      if (run.at < statements.length || !batch.pending || !(await batch.flush())) continue;
      run.at = batch.resumeAt!;
      batch.resumeAt = undefined;
    }
    batch.holdsTag = false;
    if (client.tx?.kind === 'implicit') await batch.commit();
    const tag = batch.heldTag ?? run.tag;
    if (tag) batch.emit(tag);
  } catch (failure) {
    const error = await errorOf(batch, failure);
    const failed = statements[error.op ?? run.at];
    const told = failed ? withoutParameters(error, failed.classified) : error;
    const before = failed ? characters(text.slice(0, failed.start)) : 0;
    const isPlaced = failed && told.error.position !== undefined;
    batch.answerError(isPlaced ? placed(told, failed.classified, before, context.explainer) : told);
    if (failed && !failed.classified.returnsRows && AS_IT_RAN.test(told.error.sqlstate)) client.failedIn = client.tx;
  }
  return undefined;
}

/** Found as the statement ran, not as it was read: what is violated, may not be in such a transaction, or conflicts. */
const AS_IT_RAN = /^(?:23|25(?!P02)|40)/;

/** Asks for the rows of a COPY. Nobody waits for its transaction meanwhile. @throws BatchError */
async function copyIn(batch: Batch, c: Classified): Promise<CopyIn> {
  const { context, client } = batch;
  judge(context, client, c);
  const copy = await CopyIn.start(batch, c, true);
  if (client.tx) client.tx.busy = false;
  return copy;
}

/** BEGIN opens its own block, and what comes after COMMIT begins anew. */
function startsBlock(statements: Statement[], op: number): boolean {
  return statements[op]!.classified.kind !== 'begin';
}

function runOne(batch: Batch, statement: Statement, op: number): Promise<unknown> | void {
  const { client, context } = batch;
  const classified = inKeyOrder(inResolution(statement.classified, client.resolution), client, context);
  if (classified !== statement.classified) Object.assign(statement, { classified, frame: query(classified.sql) });
  const { frame } = statement;
  judge(context, client, classified);
  if (classified.readsSequences) client.prefersHome = true;
  if (isServed(classified)) {
    const serving = serve(batch, { c: classified, values: [], binary: false, withColumns: true, op });
    return serving instanceof Promise ? serving : undefined;
  }
  // as in the extended protocol, where the statement is parsed before it is to run
  const misplaced = classified.kind === 'dml' && batch.client.tx?.ddl ? ddlWithDml : undefined;
  if (misplaced || isRefusedAfterNames(classified)) {
    batch.checkCatalog(classified);
    return refuseAfterNames(batch, unnamedStatement(classified, classified.sql), op, misplaced);
  }
  if (classified.explain) return explainStatement(batch, classified, undefined, true, op);
  const { sql } = classified;
  if (!batch.holdsTag) return batch.run({ classified, sql, frame, maxRows: 0 }, op);
  return batch.run({ classified, sql, frame, maxRows: 0, retag: tag => batch.retagged(tag) }, op);
}
