/** What a rule of the dialect is: dated data with a predicate on PostgreSQL's parse tree. */
import type { AlterTableStmt, ColumnDef, Constraint, CreateStmt } from 'libpg-query';
import type { NodeOf, NodeTag } from './tree';

/** How well a rule is known: recorded on a cluster, documented by AWS, claimed by somebody, or inferred. */
export type Grade = 'R' | 'D' | 'C' | 'G';

export type Area =
  | 'statements'
  | 'types'
  | 'columns'
  | 'constraints'
  | 'alter-table'
  | 'objects'
  | 'indexes'
  | 'sequences'
  | 'functions'
  | 'locking'
  | 'transactions'
  | 'parameters'
  | 'queries';

/** A column of CREATE TABLE, or the one ALTER TABLE … ADD COLUMN brings. */
export interface ColumnSubject {
  column: ColumnDef;
  table: CreateStmt | AlterTableStmt;
  adding: boolean;
}

/** A constraint of a table or column, or the one ALTER TABLE … ADD CONSTRAINT brings. */
export interface ConstraintSubject {
  constraint: Constraint;
  /** The column it is written at. */
  column?: ColumnDef;
  table: CreateStmt | AlterTableStmt;
  adding: boolean;
  /** DEFERRABLE or INITIALLY DEFERRED is written with it. */
  deferrable: boolean;
}

/** What rules look at: parse nodes by their PostgreSQL name, and table columns and constraints with their surroundings. */
export type SubjectName = NodeTag | 'column' | 'constraint';
export type SubjectOf<S extends SubjectName> = S extends 'column'
  ? ColumnSubject
  : S extends 'constraint'
    ? ConstraintSubject
    : S extends NodeTag
      ? NodeOf<S>
      : never;

/** What a rule may ask beyond its subject. */
export interface RuleContext {
  /** Name of the node the rule was asked about. */
  subject: SubjectName;
  /** ASYNC was written. */
  async: boolean;
  /** An unquoted USING stands before the key list of CREATE INDEX. */
  using: boolean;
  /** Of the statement's text, in UTF-16 units. */
  length: number;
  /** Names of the common table expressions of the statement. */
  commonTables: ReadonlySet<string>;
}

/** A hit: values for the `{name}` places in the rule's texts, and where in the statement (UTF-8 bytes, as the parser counts). */
export interface Match {
  values?: Record<string, string | number>;
  location?: number;
  /** A question to the catalogue: the refusal holds where it has a row. Else PostgreSQL refuses the statement, in words of its own. */
  onlyIf?: string;
}

/** One thing DSQL refuses. */
export interface Rule {
  /** Stable, `snake_case`. */
  id: string;
  area: Area;
  /** First date (ISO) the refusal is known with this text. */
  since: string;
  /** First date (ISO) on which DSQL no longer refuses so. */
  until?: string;
  grade: Grade;
  /** Where it is known from. */
  source: string;
  sqlstate: string;
  /** DSQL's text, with `{name}` for what a match fills in. */
  message: string;
  detail?: string;
  hint?: string;
  /** What to write instead: one or two sentences for editor and lint. */
  remedy: string;
  /** See `Refusal`. */
  byPostgres?: true;
  /** See `Refusal`. */
  afterNames?: true;
  on: readonly SubjectName[];
  test(subject: object, context: RuleContext): Match | undefined;
}

type RuleFacts = Omit<Rule, 'on' | 'test' | 'since' | 'grade' | 'source' | 'sqlstate' | 'area'> &
  Partial<Pick<Rule, 'since' | 'grade' | 'source' | 'sqlstate'>>;

/** What the rules of a module have in common; a rule may say otherwise. */
export interface RuleDefaults {
  area: Area;
  since: string;
  grade: Grade;
  source: string;
}

/**
 * Makes the maker of a module's rules. A rule names its subjects, its facts and a predicate that returns a match, true for one without
 * values, or false/undefined.
 */
export function ruleMaker(defaults: RuleDefaults) {
  return <S extends SubjectName>(
    on: S | readonly S[],
    facts: RuleFacts,
    test: (subject: SubjectOf<S>, context: RuleContext) => Match | boolean | undefined,
  ): Rule => ({
    sqlstate: '0A000',
    ...defaults,
    ...facts,
    on: typeof on === 'string' ? [on] : on,
    test: (subject, context) => {
      const match = test(subject as SubjectOf<S>, context);
      return match === true ? {} : match || undefined;
    },
  });
}

/** Fills `{name}` places. */
export const fill = (text: string, values: Match['values']): string =>
  text.replace(/\{(\w+)\}/g, (place, name: string) => String(values?.[name] ?? place));
