import { CodedError } from '../../base/errors';
import type { QueryResult } from '../sql/database-port';
import { sqlstateOf } from '../sql/sqlstate';
import type {
  DomainInfo,
  GrantInfo,
  IndexInfo,
  JobInfo,
  RelationInfo,
  RoleInfo,
  RoutineInfo,
  SchemaInfo,
  SequenceInfo,
  TableInfo,
} from './model';
import { CATALOG_QUERIES, withinPath, type CatalogQueryName } from './queries';
import {
  columnOf,
  constraintOf,
  domainOf,
  grantOf,
  indexOf,
  jobOf,
  relationOf,
  roleOf,
  routineOf,
  rowsOf,
  schemaOf,
  sequenceOf,
  type CatalogRow,
} from './rows';

/** Asks one cluster. Rows are text. */
export type CatalogQuery = (sql: string, params: (string | null)[], signal?: AbortSignal) => Promise<QueryResult>;

/** The object was there a moment ago. */
const gone = (what: string): CodedError =>
  new CodedError('CATALOG_OBJECT_GONE', `${what} does not exist any more`, { nextStep: 'Refresh the tree.' });

/** SQLSTATEs that say the server does not have something: unsupported, no such table, function or column, no permission. */
const NOT_THERE = new Set(['0A000', '42P01', '42883', '42703', '42501']);
const isNotThere = (error: unknown): boolean => NOT_THERE.has(sqlstateOf(error) ?? '');

/** Reads the catalogue of one cluster, each question by itself, so that one the server does not answer takes nothing else along. */
export class CatalogReader {
  constructor(
    private readonly query: CatalogQuery,
    private readonly signal?: AbortSignal,
  ) {}

  async schemas(): Promise<SchemaInfo[]> {
    return (await this.ask('schemas')).map(schemaOf);
  }

  /** Tables, views and sequences of a schema. */
  async relations(schema: string): Promise<RelationInfo[]> {
    return (await this.ask('relations', schema)).map(relationOf);
  }

  async routines(schema: string): Promise<RoutineInfo[]> {
    return (await this.ask('routines', schema)).map(routineOf);
  }

  async sequences(schema: string): Promise<SequenceInfo[]> {
    return (await this.ask('sequences', schema)).map(sequenceOf);
  }

  async domains(schema: string): Promise<DomainInfo[]> {
    const [domains, checks] = await Promise.all([this.ask('domains', schema), this.ask('domainChecks', schema)]);
    return domains.map(domain => domainOf(domain, checks));
  }

  /** Columns, constraints and indexes of a table, or the columns of a view. Rejects with CATALOG_OBJECT_GONE. */
  async table(oid: string): Promise<TableInfo> {
    const [[relation], columns, identities, constraints, indexes] = await Promise.all([
      this.ask('relation', oid),
      this.ask('columns', oid),
      this.optional('identities', oid),
      this.ask('constraints', oid),
      this.ask('indexes', oid),
    ]);
    if (!relation) throw gone('the table');
    return {
      ...relationOf(relation),
      columns: columns.map(column => columnOf(column, identities)),
      constraints: constraints.map(constraintOf),
      indexes: indexes.map(indexOf),
    };
  }

  /** The indexes of all tables but the service's own, by schema and table. */
  async allIndexes(): Promise<IndexInfo[]> {
    return (await this.ask('allIndexes')).map(indexOf);
  }

  /** The query behind a view, with its semicolon. */
  viewDefinition(oid: string): Promise<string> {
    return this.definition('viewDefinition', oid, 'the view');
  }

  /** CREATE OR REPLACE FUNCTION …, without a semicolon. */
  routineDefinition(oid: string): Promise<string> {
    return this.definition('routineDefinition', oid, 'the function');
  }

  /** Roles with the IAM identities mapped to them; without those where the user may not see them. */
  async roles(): Promise<RoleInfo[]> {
    const [roles, mappings] = await Promise.all([this.ask('roles'), this.optional('iamMappings')]);
    return roles.map(role => roleOf(role, mappings));
  }

  /** What a role was granted on schemas and relations. */
  async grantsOf(role: string): Promise<GrantInfo[]> {
    const [schemas, relations] = await Promise.all([
      this.optional('schemaGrantsOf', role),
      this.optional('relationGrantsOf', role),
    ]);
    return [...schemas, ...relations].map(grantOf);
  }

  /** What others than its owner may do with a relation. */
  async grantsOn(oid: string): Promise<GrantInfo[]> {
    return (await this.optional('grantsOn', oid)).map(grantOf);
  }

  /** Newest first, at most 200. */
  async jobs(): Promise<JobInfo[]> {
    return (await this.ask('jobs')).map(jobOf);
  }

  /** Undefined once the service has forgotten it, some 30 minutes after its end. */
  async job(id: string): Promise<JobInfo | undefined> {
    const [row] = await this.ask('job', id);
    return row && jobOf(row);
  }

  private async definition(name: 'viewDefinition' | 'routineDefinition', oid: string, what: string): Promise<string> {
    const [row] = await this.ask(name, oid);
    if (row?.definition == null) throw gone(what);
    return row.definition;
  }

  private async ask(name: CatalogQueryName, ...params: string[]): Promise<CatalogRow[]> {
    const sql: string = CATALOG_QUERIES[name];
    try {
      return rowsOf(await this.query(sql, params, this.signal));
    } catch (error) {
      const plain = withinPath(sql);
      if (plain === sql || !isNotThere(error)) throw error;
      return rowsOf(await this.query(plain, params, this.signal));
    }
  }

  /** No rows where the server does not have the relation or function, or the user no right to it. */
  private async optional(name: CatalogQueryName, ...params: string[]): Promise<CatalogRow[]> {
    try {
      return await this.ask(name, ...params);
    } catch (error) {
      if (isNotThere(error)) return [];
      throw error;
    }
  }
}
