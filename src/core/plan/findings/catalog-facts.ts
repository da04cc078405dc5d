/** What the catalogue knows of the tables a plan reads. Read by the caller; rules that need it stay silent without it. */
export interface CatalogFacts {
  tables: TableFacts[];
}

/** A table that the plan names, as the catalogue has it. */
export interface TableFacts {
  /** `public` when absent. */
  schema?: string;
  name: string;
  /** `pg_class.reltuples`: rows at the last ANALYZE; -1 when never analysed. */
  reltuples?: number;
  /** `count(*)`, where somebody counted. */
  rowCount?: number;
  columns?: string[];
  indexes: IndexFacts[];
}

/** An index of such a table. */
export interface IndexFacts {
  name: string;
  /** The key in order, as an index definition writes it: names quoted where they must be, expressions, NULLS FIRST where asked for. */
  key: string[];
  /** Names, quoted where they must be. */
  include?: string[];
  unique?: boolean;
  primary?: boolean;
  /** `pg_index.indisvalid`. */
  valid: boolean;
  /** The condition of a partial index. */
  predicate?: string;
}
