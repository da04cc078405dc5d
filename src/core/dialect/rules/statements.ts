import { copyFromClient, isContradictory, isCopyToClient } from '../copy';
import { ruleMaker } from '../rule';
import { all, namesOf } from '../tree';
import { INFERRED, RECORDED, SYSTEM_SCHEMAS } from '../unsupported-statements';

const rule = ruleMaker({ area: 'statements', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });

const nodeName = (tag: string) => ({ values: { node: tag.replace(/Stmt$/, '') } });

/** What privileges cannot be granted on or revoked from. */
const UNGRANTABLE = new Set<string | undefined>([
  ...['OBJECT_DATABASE', 'OBJECT_LANGUAGE', 'OBJECT_FDW', 'OBJECT_FOREIGN_SERVER', 'OBJECT_LARGEOBJECT'],
  ...['OBJECT_TABLESPACE', 'OBJECT_PARAMETER_ACL'],
]);

const REMEDY =
  'DSQL has no such statement: leave it out, or do it with plain tables and DML (TRUNCATE: DELETE in batches of 3,000 rows).';

/** Whole statements that DSQL does not have. */
export const statementRules = [
  rule(
    RECORDED,
    { id: 'unsupported_statement', message: 'unsupported statement: {node}', remedy: REMEDY },
    (_, context) => nodeName(context.subject),
  ),
  rule(
    INFERRED,
    {
      id: 'unsupported_statement_inferred',
      message: 'unsupported statement: {node}',
      grade: 'G',
      source: 'by analogy with the recorded ones; dsql-lint flags DISCARD and LOAD',
      remedy: REMEDY,
    },
    (_, context) => nodeName(context.subject),
  ),
  rule(
    'DeallocateStmt',
    {
      id: 'deallocate',
      message: 'unsupported statement: Deallocate',
      grade: 'C',
      source:
        'php-src issue 21869, 2026-04-24: the service rejects it, and a transaction in which PDO sends it is rolled back; dsql-lint flags it; DEALLOCATE ALL passes. The text is inferred',
      remedy:
        'Use the prepared statements of the extended protocol, which every driver has, and close them there. PDO: PHP 8.4 with libpq 17, or PDO::PGSQL_ATTR_DISABLE_PREPARES.',
    },
    statement => statement.name !== undefined,
  ),
  rule(
    'SelectStmt',
    {
      id: 'select_into',
      message: 'unsupported statement: CreateTableAs',
      grade: 'G',
      source: 'PostgreSQL turns SELECT INTO into the refused CreateTableAs',
      remedy: 'Create the table first, then INSERT … SELECT in batches of at most 3,000 rows.',
    },
    select => select.intoClause !== undefined,
  ),
  rule(
    'CreateEnumStmt',
    {
      id: 'create_enum_july',
      message: 'unsupported statement: CreateEnum',
      since: '2026-07-01',
      until: '2026-09-15',
      grade: 'C',
      source: 'pistachio notes of 2026-07',
      remedy: 'Use text with a CHECK constraint, or a domain with one.',
    },
    () => true,
  ),
  rule(
    'CreateEnumStmt',
    {
      id: 'create_type',
      message: 'CREATE TYPE not supported',
      remedy: 'Use text with a CHECK (col IN (…)) constraint, or a domain over text with one.',
    },
    () => true,
  ),
  rule(
    ['AlterEnumStmt', 'AlterTypeStmt'],
    {
      id: 'alter_type',
      message: 'ALTER TYPE not supported',
      remedy: 'Use a domain or a CHECK constraint instead of a type.',
    },
    () => true,
  ),
  rule(
    'CreateTrigStmt',
    {
      id: 'create_trigger',
      message: 'CREATE TRIGGER not supported',
      remedy: 'Do the work in the application, in the same transaction as the write.',
    },
    () => true,
  ),
  rule(
    'VacuumStmt',
    {
      id: 'vacuum',
      message: 'unsupported VACUUM statement',
      remedy: 'Leave it out: DSQL needs no VACUUM, and ANALYZE runs by itself.',
    },
    statement => statement.is_vacuumcmd === true,
  ),
  rule(
    'VacuumStmt',
    {
      id: 'analyze_without_relation',
      message: 'unsupported ANALYZE statement',
      grade: 'G',
      source: 'the User Guide lists ANALYZE for relation names only; the text is inferred from VACUUM',
      remedy: 'Name the table: ANALYZE my_table.',
    },
    statement => statement.is_vacuumcmd !== true && (statement.rels?.length ?? 0) === 0,
  ),
  rule(
    'MergeStmt',
    {
      id: 'merge',
      message: 'unsupported statement type: MERGE',
      remedy: 'Use INSERT … ON CONFLICT DO UPDATE, or UPDATE and INSERT in one transaction.',
    },
    () => true,
  ),
  rule(
    'CopyStmt',
    {
      id: 'copy',
      message: 'unsupported statement: Copy',
      grade: 'G',
      source:
        'the User Guide’s loading guide (2026-03-13) names \\copy, and AWS’s pgdump-proxy lets pg_dump read by COPY … TO STDOUT; dsql-lint flags COPY from a file. Other forms, and the text, are inferred',
      remedy:
        'Use COPY … FROM STDIN (psql: \\copy) in the text or CSV format, with at most 3,000 rows in a transaction, or COPY … TO STDOUT.',
    },
    statement => !copyFromClient(statement) && !isContradictory(statement) && !isCopyToClient(statement),
  ),
  rule(
    ['DropOwnedStmt', 'ReassignOwnedStmt'],
    {
      id: 'owned',
      message: 'unsupported statement: {node}',
      grade: 'G',
      source: 'not in the User Guide’s list of statements',
      remedy: 'Change or drop the objects one by one.',
    },
    (_, context) => nodeName(context.subject),
  ),
  rule(
    'RangeVar',
    {
      id: 'pg_stat_activity',
      message: 'relation "{relation}" not supported',
      grade: 'G',
      source: 'aws-blocks: genuinely unsupported; the text is inferred',
      remedy: 'Look at the active sessions in CloudWatch Database Insights.',
    },
    ({ relname, schemaname, location }) =>
      relname === 'pg_stat_activity' &&
      (schemaname ?? 'pg_catalog') === 'pg_catalog' && { values: { relation: relname }, location },
  ),
  rule(
    ['AlterRoleStmt', 'AlterRoleSetStmt', 'DropRoleStmt'],
    {
      id: 'alter_admin',
      message: 'feature not supported on system entity',
      grade: 'G',
      source: 'User Guide: the role admin cannot be altered; text from GRANT ON SCHEMA public',
      remedy: 'Create a role of your own and alter that.',
    },
    statement => {
      const roles =
        'roles' in statement ? all(statement.roles, 'RoleSpec') : 'role' in statement ? [statement.role] : [];
      return roles.some(role => role?.rolename === 'admin');
    },
  ),
  rule(
    'GrantStmt',
    {
      id: 'grant_object_type',
      message: 'unsupported object type in GRANT',
      since: '2025-05-27',
      grade: 'D',
      source: 'User Guide, considerations: GRANT … ON DATABASE; for languages, servers and the like inferred',
      remedy: 'Grant on schemas of your own, tables, sequences, functions and domains.',
    },
    statement => UNGRANTABLE.has(statement.objtype),
  ),
  rule(
    'GrantStmt',
    {
      id: 'grant_privilege',
      message: 'unsupported privilege type in GRANT',
      since: '2026-09-20',
      grade: 'C',
      source:
        'pgroledef’s notes of a live cluster, 2026-09: TRUNCATE and REFERENCES are rejected, though the owner’s own list has them; the text by analogy with object types',
      remedy: 'Grant SELECT, INSERT, UPDATE, DELETE or TRIGGER, or ALL.',
    },
    ({ is_grant, privileges }) =>
      is_grant === true &&
      all(privileges, 'AccessPriv').some(({ priv_name = '' }) => /^(?:truncate|references)$/.test(priv_name)),
  ),
  rule(
    'GrantStmt',
    {
      id: 'grant_on_system_entity',
      message: 'feature not supported on system entity',
      grade: 'C',
      source:
        'spike protocol eu-central-1 2026-09; AWS Blocks for ALL TABLES IN SCHEMA public. A PostgREST conformance project of 2026-08 and a data pipeline of 2026-10 run the latter without an error that they show; no recording',
      remedy: 'Create a schema of your own and grant there, or grant on the tables of public one by one.',
    },
    statement =>
      statement.objtype === 'OBJECT_SCHEMA' || statement.targtype === 'ACL_TARGET_ALL_IN_SCHEMA'
        ? namesOf(statement.objects).some(name => SYSTEM_SCHEMAS.has(name))
        : false,
  ),
];
