import { all } from '../tree';
import { ruleMaker } from '../rule';

const rule = ruleMaker({ area: 'columns', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });

/** Clauses of a column, in CREATE TABLE and in ADD COLUMN. */
export const columnRules = [
  rule(
    'column',
    {
      id: 'add_column_constraint',
      message: 'ALTER TABLE ADD COLUMN with constraint not supported',
      remedy:
        'Add the bare column first; then ALTER COLUMN … SET DEFAULT, ADD CONSTRAINT … CHECK (…) NOT VALID, or a unique index with CREATE UNIQUE INDEX ASYNC, each in its own transaction.',
    },
    ({ column, adding }) => {
      const constraint = adding && all(column.constraints, 'Constraint').find(c => c.contype !== 'CONSTR_NULL');
      return constraint && { location: constraint.location };
    },
  ),
  rule(
    'column',
    {
      id: 'collate',
      message: 'COLLATE clause not supported',
      grade: 'C',
      source: 'pistachio; ministack 2026-10; AWS DSQL skill',
      remedy: 'Leave COLLATE out: the database’s collation is C. Sort otherwise in queries or in the application.',
    },
    ({ column }) => column.collClause && { location: column.collClause.location },
  ),
  rule(
    'CreateDomainStmt',
    {
      id: 'domain_collate',
      message: 'COLLATE clause not supported',
      grade: 'G',
      source: 'inferred from the rule for columns',
      remedy: 'Leave COLLATE out: the database’s collation is C.',
    },
    domain => domain.collClause && { location: domain.collClause.location },
  ),
  rule(
    'column',
    {
      id: 'column_compression',
      message: 'COMPRESSION clause not supported',
      grade: 'C',
      source: 'refused by a live cluster (pistachio 2026-10-10); text by analogy with COLLATE',
      remedy: 'Leave COMPRESSION out: DSQL compresses text by itself.',
    },
    ({ column }) => column.compression !== undefined,
  ),
];
