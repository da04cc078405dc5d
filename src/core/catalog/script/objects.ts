import { literal } from '../../dialect/sql-text';
import type { DomainInfo, GrantInfo, RelationInfo, RoleInfo, RoutineInfo, SchemaInfo, SequenceInfo } from '../model';
import { qualifiedName } from '../names';
import { sqlName } from '../../dialect/names';
import { columnList, commentOn, grantScript, sequenceClauses, type Script } from './statement';

/** @param definition as pg_get_viewdef gives it @param columns names of the view's columns, which may differ from the query's own */
export const viewScript = (view: RelationInfo, definition: string, columns: readonly string[]): Script => [
  `CREATE VIEW ${qualifiedName(view)} ${columnList(columns)} AS\n${definition.replace(/;\s*$/, '')}`,
  ...commentOn(`VIEW ${qualifiedName(view)}`, view.comment),
];

/** CREATE SEQUENCE with its options, and its comment. */
export const sequenceScript = (sequence: SequenceInfo): Script => [
  `CREATE SEQUENCE ${qualifiedName(sequence)} ${sequence.type === 'bigint' ? '' : `AS ${sequence.type} `}${sequenceClauses(sequence.options)}`,
  ...commentOn(`SEQUENCE ${qualifiedName(sequence)}`, sequence.comment),
];

/** @param definition as pg_get_functiondef gives it */
export const routineScript = (routine: RoutineInfo, definition: string): Script => [
  definition.trim(),
  ...commentOn(`FUNCTION ${routineSignature(routine)}`, routine.comment),
];

/** `schema.name(types)`: what DROP and COMMENT call a function. */
export const routineSignature = (routine: RoutineInfo): string => `${qualifiedName(routine)}(${routine.identity})`;

/** CREATE DOMAIN with its default, NOT NULL and checks, and its comment. */
export function domainScript(domain: DomainInfo): Script {
  const parts = [`CREATE DOMAIN ${qualifiedName(domain)} AS ${domain.type}`];
  if (domain.default !== undefined) parts.push(`DEFAULT ${domain.default}`);
  if (domain.notNull) parts.push('NOT NULL');
  for (const { name, expression } of domain.checks) parts.push(`CONSTRAINT ${sqlName(name)} CHECK (${expression})`);
  return [parts.join(' '), ...commentOn(`DOMAIN ${qualifiedName(domain)}`, domain.comment)];
}

/** The schema itself; `public` is there in every cluster. */
export const schemaScript = (schema: SchemaInfo): Script => [
  ...(schema.name === 'public' ? [] : [`CREATE SCHEMA ${sqlName(schema.name)}`]),
  ...commentOn(`SCHEMA ${sqlName(schema.name)}`, schema.comment),
];

/** The role, who may connect as it by IAM, what it belongs to and what it may do. */
export function roleScript(role: RoleInfo, grants: readonly GrantInfo[]): Script {
  const options = [
    role.login ? 'LOGIN' : 'NOLOGIN',
    ...(role.createRole ? ['CREATEROLE'] : []),
    ...(role.createDatabase ? ['CREATEDB'] : []),
    ...(role.inherit ? [] : ['NOINHERIT']),
  ];
  const name = sqlName(role.name);
  return [
    ...(role.name === 'admin' ? [] : [`CREATE ROLE ${name} WITH ${options.join(' ')}`]),
    ...role.arns.map(arn => `AWS IAM GRANT ${name} TO ${literal(arn)}`),
    ...role.memberOf.map(group => `GRANT ${sqlName(group)} TO ${name}`),
    ...grantScript(grants),
  ];
}
