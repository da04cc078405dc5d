/** Statements the local cluster serves itself, read from the parse tree. */
import type { CallStmt, IndexStmt, Node } from 'libpg-query';
import type { SpecialStatement } from './contract';
import { replaceAsync, type Prepared } from './extensions';
import { all, as, constantTexts, namesOf } from './tree';

/** The special statement a tree is, if any. `rewritten` is the parse text after other rewrites; offsets of ASYNC hold in `text`. */
export function specialOf(node: Node, text: string, prepared: Prepared): SpecialStatement | undefined {
  const index = as(node, 'IndexStmt');
  if (index) return prepared.async && createIndex(index, text, prepared.async);
  const call = as(node, 'CallStmt');
  if (call) return waitForJob(call);
  const drop = as(node, 'DropStmt');
  if (drop?.removeType === 'OBJECT_INDEX') {
    return { type: 'drop-index', names: all(drop.objects, 'List').map(name => namesOf(name.items).join('.')) };
  }
  const alter = as(node, 'AlterTableStmt');
  if (!alter || !prepared.async) return undefined;
  const [command] = all(alter.cmds, 'AlterTableCmd');
  return {
    type: 'validate-constraint-async',
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

function waitForJob(call: CallStmt): SpecialStatement | undefined {
  const names = namesOf(call.funccall?.funcname).join('.');
  const [first, ...others] = call.funccall?.args ?? [];
  // by name or place, with or without NULL in the place of what it answers
  const argument = as(first, 'NamedArgExpr')?.arg ?? first;
  if (names !== 'sys.wait_for_job' || !argument || others.length > 1 || !others.every(isNull)) return undefined;
  const [constant] = constantTexts([argument]);
  if (constant !== undefined) return { type: 'wait-for-job', jobId: constant };
  const cast = as(argument, 'TypeCast');
  const value = cast ? cast.arg : argument;
  // NULL names no job, be it written or bound
  if (value && isNull(value)) return { type: 'wait-for-job', jobId: '' };
  const parameter = as(value, 'ParamRef');
  return parameter && { type: 'wait-for-job', jobId: { parameter: parameter.number ?? 0 } };
}
