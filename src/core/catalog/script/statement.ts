/** Pieces that several scripts write. */
import { literal } from '../../dialect/sql-text';
import type { GrantInfo, SequenceOptions } from '../model';
import { sqlName } from '../../dialect/names';

/** Statements without semicolons, each to be run in a transaction of its own: DSQL takes one DDL per transaction. */
export type Script = string[];

/** The script as a document: one statement after the other, with semicolons. */
export const scriptText = (script: Script): string => script.map(statement => `${statement};\n`).join('\n');

export const columnList = (columns: readonly string[]): string => `(${columns.map(sqlName).join(', ')})`;

/** COMMENT ON …, nothing where there is no comment. */
export const commentOn = (object: string, comment: string | undefined): Script =>
  comment === undefined ? [] : [`COMMENT ON ${object} IS ${literal(comment)}`];

const LARGEST = '9223372036854775807';

/** The options that are not the defaults of an ascending bigint sequence; CACHE always, as DSQL wants it. */
export function sequenceClauses({ start, increment, minimum, maximum, cache, cycle }: SequenceOptions): string {
  const clauses: string[] = [];
  const ascending = !increment.startsWith('-');
  if (!ascending || start !== minimum) clauses.push(`START WITH ${start}`);
  if (increment !== '1') clauses.push(`INCREMENT BY ${increment}`);
  if (!ascending || minimum !== '1') clauses.push(`MINVALUE ${minimum}`);
  if (!ascending || maximum !== LARGEST) clauses.push(`MAXVALUE ${maximum}`);
  clauses.push(`CACHE ${cache}`);
  if (cycle) clauses.push('CYCLE');
  return clauses.join(' ');
}

/** GRANTs, the privileges on one object for one grantee together. */
export function grantScript(grants: readonly GrantInfo[]): Script {
  const groups = new Map<string, { grant: GrantInfo; privileges: string[] }>();
  for (const grant of grants) {
    const key = [grant.objectKind, grant.object, grant.grantee, grant.grantable].join('\0');
    const group = groups.get(key);
    if (group) group.privileges.push(grant.privilege);
    else groups.set(key, { grant, privileges: [grant.privilege] });
  }
  return [...groups.values()].map(({ grant, privileges }) => {
    const to = grant.grantee === 'PUBLIC' ? 'PUBLIC' : sqlName(grant.grantee);
    const option = grant.grantable ? ' WITH GRANT OPTION' : '';
    return `GRANT ${privileges.join(', ')} ON ${grant.objectKind} ${grant.object} TO ${to}${option}`;
  });
}
