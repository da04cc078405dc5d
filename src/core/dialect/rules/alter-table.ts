import type { AlterTableStmt, AlterTableType } from 'libpg-query';
import { ALLOWED_ON_SEQUENCE, ALLOWED_ON_TABLE, ALLOWED_ON_VIEW, COMMAND_NAMES } from '../alter-table-names';
import { all, as } from '../tree';
import { ruleMaker, type Match, type RuleContext } from '../rule';
import { CACHE_SIZE, wrongCache } from './constraints';

const rule = ruleMaker({
  area: 'alter-table',
  since: '2026-09-15',
  grade: 'R',
  source: 'dsql-emulator recordings; User Guide ALTER TABLE 2026-09',
});

const subcommands = (statement: AlterTableStmt) => all(statement.cmds, 'AlterTableCmd');

/** The first subcommand that is not allowed on this kind of relation. */
function refused(statement: AlterTableStmt, { async }: RuleContext): AlterTableType | undefined {
  const allowed =
    statement.objtype === 'OBJECT_TABLE'
      ? ALLOWED_ON_TABLE
      : statement.objtype === 'OBJECT_VIEW'
        ? ALLOWED_ON_VIEW
        : statement.objtype === 'OBJECT_SEQUENCE'
          ? ALLOWED_ON_SEQUENCE
          : new Set<AlterTableType>();
  return subcommands(statement).find(
    ({ subtype }) => subtype && !allowed.has(subtype) && !(async && subtype === 'AT_ValidateConstraint'),
  )?.subtype;
}

const OBJECTS: Partial<Record<string, string>> = {
  OBJECT_INDEX: 'ALTER INDEX',
  OBJECT_VIEW: 'ALTER VIEW',
  OBJECT_SEQUENCE: 'ALTER SEQUENCE',
  OBJECT_MATVIEW: 'ALTER MATERIALIZED VIEW',
  OBJECT_FOREIGN_TABLE: 'ALTER FOREIGN TABLE',
};

/** Subcommands people meet often, each a rule of its own for what to do instead. */
const KNOWN: { subtype: AlterTableType; id: string; remedy: string }[] = [
  {
    subtype: 'AT_ValidateConstraint',
    id: 'validate_constraint_sync',
    remedy: 'Write ALTER TABLE ASYNC t VALIDATE CONSTRAINT c: it returns the id of a job.',
  },
  {
    subtype: 'AT_AlterColumnType',
    id: 'alter_column_type',
    remedy: 'Add a column of the new type, copy in batches of 3,000 rows, drop the old column, rename the new one.',
  },
  {
    subtype: 'AT_SetNotNull',
    id: 'set_not_null',
    remedy: 'Add CHECK (col IS NOT NULL) NOT VALID, then validate it with ALTER TABLE ASYNC.',
  },
  {
    subtype: 'AT_SetStatistics',
    id: 'set_statistics',
    remedy: 'Leave it out, or CREATE STATISTICS on the columns and set its target (at most 100).',
  },
  {
    subtype: 'AT_EnableRowSecurity',
    id: 'row_security',
    remedy: 'Grant on views or on tables of one tenant, and filter by tenant in the application.',
  },
];

function answer(statement: AlterTableStmt, subtype: AlterTableType): Match {
  return {
    values: {
      object: OBJECTS[statement.objtype ?? ''] ?? 'ALTER TABLE',
      command: COMMAND_NAMES[subtype] ?? subtype.replace(/^AT_/, ''),
    },
    location: statement.relation?.location,
  };
}

const MESSAGE = 'unsupported {object} {command} statement';

/** What ALTER TABLE may do. */
export const alterTableRules = [
  rule(
    'AlterTableStmt',
    {
      id: 'alter_composite_type',
      message: 'ALTER TYPE not supported',
      grade: 'G',
      source: 'inferred from ALTER TYPE … ADD VALUE',
      remedy: 'DSQL has no composite types: use columns, or jsonb.',
    },
    statement => statement.objtype === 'OBJECT_TYPE',
  ),
  ...KNOWN.map(({ subtype, id, remedy }) =>
    rule('AlterTableStmt', { id, message: MESSAGE, remedy }, (statement, context): Match | undefined =>
      refused(statement, context) === subtype ? answer(statement, subtype) : undefined,
    ),
  ),
  rule(
    'AlterTableStmt',
    {
      id: 'alter_table',
      message: MESSAGE,
      grade: 'G',
      source: 'not in the User Guide’s ALTER TABLE; the text follows the recorded ones, which carry PostgreSQL’s names',
      remedy: 'DSQL has no such property of a table: leave the subcommand out.',
    },
    (statement, context): Match | undefined => {
      const subtype = refused(statement, context);
      return subtype && answer(statement, subtype);
    },
  ),
  rule(
    'AlterTableStmt',
    {
      id: 'set_identity_cache',
      ...CACHE_SIZE,
      grade: 'G',
      source: 'inferred from the rule for identity columns',
      remedy: 'SET CACHE 1, or at least 65536.',
    },
    statement =>
      subcommands(statement)
        .map(({ subtype, def }) => subtype === 'AT_SetIdentity' && wrongCache(as(def, 'List')?.items))
        .find(wrong => wrong !== false) ?? false,
  ),
];
