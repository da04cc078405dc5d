/**
 * What the rest of the product knows of a statement. Produced by `Dialect.classify`, cached per text, and read by the local
 * cluster (to refuse, rewrite and route), by the editor (diagnostics) and by the audit.
 */
import type { CopyFromClient } from './copy';
import type { KeyScan } from './key-scan';
import type { Replacement } from './replacements';

/** What DSQL answers to a statement it refuses. Texts and SQLSTATEs: `rules` in this folder, each with date and source. */
export interface Refusal {
  /** Id of the rule, `snake_case`. */
  ruleId: string;
  sqlstate: string;
  message: string;
  detail?: string;
  hint?: string;
  /** Offset of the offending part in the statement, in UTF-16 units, where known. */
  position?: number;
  /** PostgreSQL refuses it by itself, in these words: where one runs the statement, it is left to that, whose order it has among other complaints. */
  byPostgres?: true;
  /** Found as the service analyses a query: what does not resolve in it comes first. */
  afterNames?: true;
  /** It is about a type, and those are looked up when DDL runs: a read-only transaction has refused that before. */
  atRun?: true;
}

/**
 * - `query`: SELECT, VALUES, TABLE; with `locking` where it holds FOR UPDATE or FOR KEY SHARE
 * - `dml`: INSERT, UPDATE, DELETE, and SELECT/WITH whose CTEs write
 * - `ddl`: counts as the transaction's one DDL statement (GRANT, REVOKE, COMMENT, AWS IAM GRANT among them)
 * - `call`: CALL of a procedure · `copy`: COPY · `other`: accepted, sent as it is
 */
export type StatementKind =
  | 'query'
  | 'dml'
  | 'ddl'
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'set'
  | 'reset'
  | 'show'
  | 'set-constraints'
  | 'call'
  | 'explain'
  | 'analyze'
  | 'copy'
  | 'empty'
  | 'other';

/** Requests that PostgreSQL has no statement for; the local cluster serves them itself. */
export type SpecialStatement =
  | {
      type: 'create-index-async';
      unique: boolean;
      ifNotExists: boolean;
      /** Unquoted form; undefined when the server chooses the name. */
      indexName?: string;
      schema?: string;
      table: string;
      /** The statement as PostgreSQL runs it, `CREATE INDEX CONCURRENTLY …`. */
      concurrentSql: string;
      /** The same without CONCURRENTLY, for a trial on an empty copy of the table. */
      plainSql: string;
    }
  | {
      type: 'validate-constraint-async';
      /** IF EXISTS: a table that is missing is none to complain of. */
      ifExists: boolean;
      schema?: string;
      table: string;
      constraint: string;
      sql: string;
    }
  | { type: 'iam-grant' | 'iam-revoke'; role: string; arn: string }
  | {
      type: 'wait-for-job';
      /** A literal, the number of the bind parameter that holds the id, or how many of them an expression takes that PostgreSQL works out. */
      jobId: string | { parameter: number } | { parameters: number };
    }
  | { type: 'drop-index'; names: string[] };

/** The options of an EXPLAIN and the statement inside it. */
export interface ExplainStatement {
  analyze: boolean;
  verbose: boolean;
  /** SETTINGS given: a `Settings:` line is printed. */
  settings: boolean;
  costs: boolean;
  format: 'text' | 'json' | 'xml' | 'yaml';
  /** Other options as written, e.g. `timing off`. */
  otherOptions: string[];
  /** The explained statement, classified like any other. */
  inner: Classified;
}

/** A table, view or sequence as a statement names it. */
export interface NamedRelation {
  /** Absent: `search_path` says. */
  schema?: string;
  /** `*`: all of the schema, or all there are. */
  name: string;
  /** Both in one text, to look it up by. */
  key: string;
}

/** One statement, understood. Objects are shared through the cache: never change one. */
export interface Classified {
  kind: StatementKind;
  /** The text the client sent. */
  text: string;
  /** The text to send to PostgreSQL: `text` unless a rewrite is needed. */
  sql: string;
  /** What was put into `text` to make `sql`; absent where positions in both are the same, and for special statements. */
  replacements?: readonly Replacement[];
  /** PostgreSQL's command tag without counts: `INSERT`, `CREATE TABLE`, `SELECT`… Empty for `empty`. */
  tag: string;
  /** Set when DSQL refuses the statement whatever the state of the session. */
  refusal?: Refusal;
  /**
   * CREATE INDEX without ASYNC: what it is in a session with `SET disable_sync_create_index = off`, which allows it on empty tables
   * (User Guide, 2026-09-11). Set beside the refusal.
   */
  onEmptyTable?: Classified;
  /** The statement may change table rows (also through a CTE). */
  writes: boolean;
  /** The statement takes row locks: FOR UPDATE or FOR KEY SHARE. */
  locking: boolean;
  /** INSERT/UPDATE/DELETE … RETURNING, or a query: rows come back. */
  returnsRows: boolean;
  /** Columns that the SET of an UPDATE, or of INSERT … ON CONFLICT DO UPDATE, names; absent where a common table expression writes, too. */
  assigns?: readonly string[];
  /** Tables named as targets of writes, by `NamedRelation.key`. Empty when unknown. */
  writeTargets: string[];
  /**
   * Unqualified names of all relations the statement names, common table expressions among them; `*` for DDL that changes relations
   * it does not name. Empty for queries without any; absent for texts that were not parsed.
   */
  relations?: string[];
  /** A plain read of one table, whose rows come in the order of its key where it has one. */
  keyScan?: KeyScan;
  /** The same relations with the schema where one is written, those of the catalogue itself left out. Absent when none. */
  named?: NamedRelation[];
  /** For `begin`: what the client asked for. `set`/`reset`/`show`: the parameter, lower case. */
  begin?: {
    readOnly: boolean;
    /** READ WRITE is written: it also overrides a read-only session. */
    readWrite?: boolean;
    /** Says nothing where SERIALIZABLE is refused, and is shown. */
    deferrable?: boolean;
  };
  /** COMMIT or ROLLBACK … AND CHAIN: a new transaction begins at once. */
  chain?: boolean;
  parameter?: {
    name: string;
    /** SQL text of the value for `set`; undefined for RESET, SHOW and SET … TO DEFAULT. */ value?: string;
    local: boolean;
  };
  /** SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY | READ WRITE. */
  sessionReadOnly?: boolean;
  special?: SpecialStatement;
  /** COPY … FROM STDIN. */
  copyFrom?: CopyFromClient;
  explain?: ExplainStatement;
  /** An upper bound of the table rows the statement itself inserts, where the text alone proves one: INSERT … VALUES. */
  maxRows?: number;
  /** Functions the statement calls, as written but without `pg_catalog.`; absent when none. A function of the user's may write. */
  functions?: string[];
  /** Calls currval or lastval: must run on the backend on which the session's sequences are. */
  readsSequences?: boolean;
  /** Has a date in words in quotes, `'now'` or `'today'`: PostgreSQL puts the moment in its place when it parses the statement. */
  namesMoment?: true;
  /** Calls set_config: for the transaction only, or (as far as the text tells) for the session. */
  configures?: 'transaction' | 'session';
  /** Lower-case names of settings that it sets for the transaction only, where it sets others for the session. */
  setsLocally?: readonly string[];
  /** The text with parameters of type `integer` in place of its numbers, where PostgreSQL takes it for the same; see `bound.ts`. */
  bound?: string;
  /** Those numbers, of a text that is not the first of its kind. */
  numbers?: readonly string[];
  /** Questions to the catalogue that decide whether DSQL refuses; absent for nearly every statement. */
  preconditions?: Precondition[];
}

/**
 * A refusal that depends on the catalogue. Run `sql` (no parameters, read only) in the session's transaction before the statement:
 * when it returns a row, answer `refusal`, with `{1}`, `{2}`… in its texts replaced by the columns of the first row.
 */
export interface Precondition {
  sql: string;
  refusal: Refusal;
  /** Who has no catalogue to ask takes the statement for refused: `Dialect.refusals` names it. */
  unasked?: true;
}

/** One statement of a text that holds several. */
export interface StatementSpan {
  /** The statement without its semicolon and without surrounding blanks and comments. */
  text: string;
  /** Offsets in the whole text, UTF-16 units: `start` inclusive, `end` exclusive. */
  start: number;
  end: number;
}

/** DSQL's SQL dialect. Stateless apart from its cache; `createDialect()` in `./dialect` builds one. */
export interface Dialect {
  /** Splits a text at top-level semicolons; knows strings, E-strings, dollar quotes, nested comments, BEGIN ATOMIC bodies. */
  split(text: string): StatementSpan[];
  /**
   * Classifies one statement. A syntax error is a `Classified` of kind `other` with a 42601 refusal carrying PostgreSQL's own
   * message and position. Never throws.
   */
  classify(text: string): Classified;
  /** All parts of one statement that DSQL refuses, the one `classify` names among them; empty when it is accepted. Never throws. */
  refusals(text: string): Refusal[];
}
