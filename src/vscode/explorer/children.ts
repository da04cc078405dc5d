import { indexState, type IndexState } from '../../core/catalog/jobs';
import type { JobInfo, RelationInfo, SchemaInfo } from '../../core/catalog/model';
import { CatalogReader } from '../../core/catalog/reader';
import type { Connections } from '../connections/connections';
import type { ClusterNode, EmptyNode, ExplorerNode, RelationNode, SchemaGroupNode, TableGroupNode } from './nodes';

export type ExplorerConnections = Pick<Connections, 'profiles' | 'current' | 'profile' | 'isReachable' | 'query'>;

/** Loads the children of a node when it is opened. Never rejects: what failed becomes a node of its own. */
export class ExplorerChildren {
  /**
   * @param follower told of every list of jobs that was read, so that running ones are followed; it may have read them already.
   */
  constructor(
    private readonly connections: ExplorerConnections,
    private readonly follower?: () => {
      note(profileId: string, jobs: JobInfo[]): void;
      take(profileId: string): JobInfo[] | undefined;
    },
  ) {}

  /** The clusters. Empty while there is no more than the local one and it does not run: the welcome view says what to do. */
  roots(): ClusterNode[] {
    const { profiles, current } = this.connections;
    const nodes = profiles.map((profile): ClusterNode => ({
      kind: 'cluster',
      id: `cluster/${profile.id}`,
      profileId: profile.id,
      profile,
      current: profile.id === current.id,
      reachable: this.connections.isReachable(profile),
    }));
    return nodes.some(({ reachable }) => reachable) ? nodes : [];
  }

  async of(node: ExplorerNode): Promise<ExplorerNode[]> {
    try {
      return await this.load(node);
    } catch (error) {
      return [{ kind: 'failure', id: `${node.id}/failure`, profileId: node.profileId, error, of: node }];
    }
  }

  /** Questions to the cluster of a profile. */
  reader(profileId: string): CatalogReader {
    const profile = this.connections.profile(profileId);
    return new CatalogReader((sql, params, signal) =>
      profile ? this.connections.query(profile, sql, params, signal) : Promise.reject(new Error('no such profile')),
    );
  }

  private async load(node: ExplorerNode): Promise<ExplorerNode[]> {
    const { id, profileId } = node;
    const reader = this.reader(profileId);
    const base = (name: string) => ({ id: `${id}/${name}`, profileId });
    const orEmpty = (nodes: ExplorerNode[], what: EmptyNode['what']): ExplorerNode[] =>
      nodes.length > 0 ? nodes : [{ kind: 'empty', ...base('empty'), what }];
    switch (node.kind) {
      case 'cluster': {
        const profile = this.connections.profile(profileId);
        if (!profile || !this.connections.isReachable(profile)) return [{ kind: 'start', ...base('start') }];
        const schemas = await reader.schemas();
        return [
          ...bySystem(schemas).map((schema): ExplorerNode => ({ kind: 'schema', ...base(`s:${schema.name}`), schema })),
          { kind: 'roles', ...base('roles') },
          { kind: 'jobs', ...base('jobs') },
        ];
      }
      case 'schema': {
        const relations = await reader.relations(node.schema.name);
        const group = (name: SchemaGroupNode['group'], kind?: RelationInfo['kind']): SchemaGroupNode => ({
          kind: 'schemaGroup',
          ...base(name),
          group: name,
          schema: node.schema,
          ...(kind && { relations: relations.filter(relation => relation.kind === kind) }),
        });
        return [group('tables', 'table'), group('views', 'view'), group('sequences', 'sequence'), group('routines')];
      }
      case 'schemaGroup':
        return orEmpty(await this.schemaGroup(node, reader), node.group);
      case 'table':
      case 'view':
        return this.relation(node, reader);
      case 'tableGroup':
        return orEmpty(tableGroup(node), node.group);
      case 'roles': {
        const roles = (await reader.roles()).filter(({ name, system }) => name === 'admin' || !system);
        return orEmpty(
          roles.map(role => ({ kind: 'role', ...base(role.name), role })),
          'roles',
        );
      }
      case 'role':
        return node.role.arns.map(arn => ({ kind: 'arn', ...base(arn), role: node.role, arn }));
      case 'jobs': {
        const jobs = await this.jobs(profileId, reader);
        return orEmpty(
          jobs.map(job => ({ kind: 'job', ...base(job.id), job })),
          'jobs',
        );
      }
      default:
        return [];
    }
  }

  private async jobs(profileId: string, reader: CatalogReader): Promise<JobInfo[]> {
    const follower = this.follower?.();
    const known = follower?.take(profileId);
    if (known) return known;
    const jobs = await reader.jobs();
    follower?.note(profileId, jobs);
    return jobs;
  }

  private async schemaGroup(node: SchemaGroupNode, reader: CatalogReader): Promise<ExplorerNode[]> {
    const { id, profileId, group, schema } = node;
    switch (group) {
      case 'routines':
        return (await reader.routines(schema.name)).map(routine => ({
          kind: 'routine',
          id: `${id}/${routine.name}(${routine.identity})`,
          profileId,
          routine,
        }));
      case 'sequences':
        return (await reader.sequences(schema.name)).map(sequence => ({
          kind: 'sequence',
          id: `${id}/${sequence.name}`,
          profileId,
          sequence,
        }));
      default:
        return (node.relations ?? []).map((relation): ExplorerNode => ({
          kind: relation.kind === 'view' ? 'view' : 'table',
          id: `${id}/${relation.name}`,
          profileId,
          relation,
        }));
    }
  }

  private async relation(node: RelationNode, reader: CatalogReader): Promise<ExplorerNode[]> {
    const { id, profileId } = node;
    const table = await reader.table(node.relation.oid);
    const group = (name: TableGroupNode['group'], indexStates: Record<string, IndexState> = {}): TableGroupNode => ({
      kind: 'tableGroup',
      id: `${id}/${name}`,
      profileId,
      group: name,
      table,
      indexStates,
    });
    if (node.kind === 'view') return tableGroup(group('columns'));
    const unfinished = table.indexes.some(({ valid }) => !valid);
    const jobs = unfinished ? await this.jobs(profileId, reader) : [];
    const states = Object.fromEntries(table.indexes.map(index => [index.oid, indexState(index, jobs)]));
    return [group('columns'), group('constraints'), group('indexes', states)];
  }
}

/** The service's own schema last. */
const bySystem = (schemas: SchemaInfo[]): SchemaInfo[] => [
  ...schemas.filter(({ system }) => !system),
  ...schemas.filter(({ system }) => system),
];

function tableGroup({ id, profileId, group, table, indexStates }: TableGroupNode): ExplorerNode[] {
  const base = (name: string) => ({ id: `${id}/${name}`, profileId });
  switch (group) {
    case 'columns':
      return table.columns.map(column => ({ kind: 'column', ...base(column.name), table, column }));
    case 'constraints':
      return table.constraints.map(constraint => ({ kind: 'constraint', ...base(constraint.name), table, constraint }));
    case 'indexes':
      return table.indexes.map(index => ({
        kind: 'index',
        ...base(index.name),
        index,
        state: indexStates[index.oid] ?? 'valid',
      }));
  }
}
