/** Statements the local cluster serves itself, read from the parse tree. */
import type { CallStmt, IndexStmt, Node } from 'libpg-query';
import type { SpecialStatement } from './contract';
import { replaceAsync, type Prepared } from './extensions';
import { tokenize } from './lexer';
import { all, as, constantTexts, namesOf } from './tree';

/** The special statement a tree is, if any. `text` is what PostgreSQL would get, after other rewrites: the offsets of ASYNC hold in it. */
export function specialOf(node: Node, text: string, prepared: Prepared): SpecialStatement | undefined {
  const index = as(node, 'IndexStmt');
  if (index) return prepared.async && createIndex(index, text, prepared.async);
  const call = as(node, 'CallStmt');
  if (call) return waitForJob(call, text);
  const drop = as(node, 'DropStmt');
  if (drop?.removeType === 'OBJECT_INDEX') {
    return { type: 'drop-index', names: all(drop.objects, 'List').map(name => namesOf(name.items).join('.')) };
  }
  const alter = as(node, 'AlterTableStmt');
  if (!alter || !prepared.async) return undefined;
  const [command] = all(alter.cmds, 'AlterTableCmd');
  return {
    type: 'validate-constraint-async',
    ifExists: alter.missing_ok === true,
    ...(alter.relation?.schemaname !== undefined && { schema: alter.relation.schemaname }),
    table: alter.relation?.relname ?? '',
    constraint: command?.name ?? '',
    sql: replaceAsync(text, prepared.async, ''),
  };
}

function createIndex(index: IndexStmt, text: string, async: { start: number; end: number }): SpecialStatement {
  return {
    type: 'create-index-async',
    unique: index.unique === true,
    ifNotExists: index.if_not_exists === true,
    ...(index.idxname !== undefined && { indexName: index.idxname }),
    ...(index.relation?.schemaname !== undefined && { schema: index.relation.schemaname }),
    table: index.relation?.relname ?? '',
    concurrentSql: replaceAsync(text, async, 'CONCURRENTLY'),
    plainSql: replaceAsync(text, async, ''),
  };
}

const isNull = (node: Node): boolean => as(node, 'A_Const')?.isnull === true;

const WAIT_FOR_JOB: ReadonlySet<string> = new Set(['postgres.sys.wait_for_job', 'sys.wait_for_job', 'wait_for_job']);

/** Most calls name the job so that nothing is left to work out; of others PostgreSQL says what procedure is called, and with what. */
function waitForJob(call: CallStmt, text: string): SpecialStatement | undefined {
  const name = namesOf(call.funccall?.funcname).join('.');
  if (!WAIT_FOR_JOB.has(name)) return undefined;
  const jobId = name === 'sys.wait_for_job' ? writtenJob(call) : undefined;
  return { type: 'wait-for-job', jobId: jobId ?? { parameters: parametersIn(text) } };
}

function parametersIn(text: string): number {
  const parameters = tokenize(text).filter(({ type }) => type === 'parameter');
  return Math.max(0, ...parameters.map(({ start, end }) => Number(text.slice(start + 1, end))));
}

function writtenJob(call: CallStmt): string | { parameter: number } | undefined {
  const [first, ...others] = call.funccall?.args ?? [];
  // by name or place, with or without NULL in the place of what it answers
  const named = as(first, 'NamedArgExpr');
  const argument = named ? named.arg : first;
  if (!argument || (named && named.name !== 'job_id') || others.length > 1 || !others.every(isNull)) return undefined;
  const [constant] = constantTexts([argument]);
  if (constant !== undefined) return constant;
  const cast = as(argument, 'TypeCast');
  const value = cast ? cast.arg : argument;
  // NULL names no job, be it written or bound
  if (value && isNull(value)) return '';
  const parameter = as(value, 'ParamRef');
  return parameter && { parameter: parameter.number ?? 0 };
}
