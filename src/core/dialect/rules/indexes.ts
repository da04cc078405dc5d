import { all } from '../tree';
import { ruleMaker } from '../rule';

const rule = ruleMaker({ area: 'indexes', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });
const CLAIMED = { grade: 'C', source: 'ministack 2026-10, also for the order of the checks' } as const;
const SKILL = { grade: 'C', source: 'AWS DSQL skill 2026-10-01; dsqlbase 2026-10-03' } as const;
const INFERRED = {
  grade: 'G',
  source: 'not in the User Guide’s CREATE INDEX ASYNC; text by analogy with USING',
} as const;

/** CREATE INDEX ASYNC, in the order in which the service checks it (after the grammar of the name). */
export const indexRules = [
  rule(
    'IndexStmt',
    {
      id: 'index_concurrently',
      message: 'CONCURRENTLY not supported for CREATE INDEX',
      ...SKILL,
      remedy: 'Write CREATE INDEX ASYNC: it returns the id of a job and blocks nobody.',
    },
    index => index.concurrent === true,
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_using',
      message: 'USING not supported for CREATE INDEX',
      ...CLAIMED,
      remedy: 'Leave USING out, also USING btree: DSQL has one kind of index.',
    },
    (_, { using }) => using,
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_too_many_keys',
      sqlstate: '54011',
      message: 'more than 8 column keys in an index are not supported',
      grade: 'D',
      source: 'User Guide quotas 2026-09',
      remedy: 'Use at most 8 key columns; further columns go into INCLUDE.',
    },
    index => (index.indexParams?.length ?? 0) > 8,
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_async',
      message: 'unsupported mode. please use CREATE INDEX ASYNC.',
      remedy: 'Write CREATE INDEX ASYNC; it returns a job id, and CALL sys.wait_for_job(id) waits for it.',
    },
    (_, { async }) => !async,
  ),
  rule(
    'IndexStmt',
    {
      id: 'partial_index_before_september',
      message: 'WHERE not supported for CREATE INDEX',
      since: '2024-12-01',
      until: '2026-09-15',
      grade: 'C',
      source: 'User Guide release notes; the text in notes of two projects with live clusters, 2026',
      remedy: 'Index the whole column.',
    },
    index => index.whereClause !== undefined,
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_storage_parameters',
      message: 'WITH not supported for CREATE INDEX',
      ...INFERRED,
      remedy: 'Leave the storage parameters out.',
    },
    index => (index.options?.length ?? 0) > 0,
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_tablespace',
      message: 'TABLESPACE not supported for CREATE INDEX',
      ...INFERRED,
      remedy: 'Leave TABLESPACE out.',
    },
    index => index.tableSpace !== undefined,
  ),
  rule(
    'IndexStmt',
    {
      id: 'expression_index_before_august',
      message: 'expressions not supported for index keys',
      since: '2024-12-01',
      until: '2026-08-13',
      grade: 'G',
      source: 'User Guide release notes; text by analogy',
      remedy: 'Store the expression in a generated column and index that.',
    },
    index => all(index.indexParams, 'IndexElem').some(key => key.expr !== undefined),
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_sort_order',
      message: 'specifying sort order not supported for index keys',
      ...SKILL,
      remedy: 'Leave ASC and DESC out: an index is read in both directions. NULLS FIRST and NULLS LAST may stay.',
    },
    index =>
      all(index.indexParams, 'IndexElem').some(
        ({ ordering }) => ordering === 'SORTBY_ASC' || ordering === 'SORTBY_DESC',
      ),
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_opclass',
      message: 'opclass not supported for index keys',
      ...SKILL,
      remedy: 'Leave the operator class out; the collation is C, so LIKE prefixes use the plain index.',
    },
    index => all(index.indexParams, 'IndexElem').some(key => (key.opclass?.length ?? 0) > 0),
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_collation',
      message: 'COLLATE clause not supported',
      grade: 'G',
      source: 'inferred from the rule for columns',
      remedy: 'Leave COLLATE out: the database’s collation is C.',
    },
    index => all(index.indexParams, 'IndexElem').some(key => (key.collation?.length ?? 0) > 0),
  ),
  rule(
    'IndexStmt',
    {
      id: 'index_include_expression',
      message: 'expressions are not supported in included columns',
      byPostgres: true, // behind what is wrong with a key's expression
      ...CLAIMED,
      remedy: 'Name columns in INCLUDE; put expressions into the key.',
    },
    index => all(index.indexIncludingParams, 'IndexElem').some(key => key.expr !== undefined),
  ),
];
