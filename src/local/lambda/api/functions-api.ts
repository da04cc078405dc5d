/** The control plane: functions, versions, aliases. Plain calls, no HTTP. */
import { randomUUID } from 'node:crypto';
import type { EnvironmentPool } from '../environments/pool';
import {
  describeAlias,
  describeVersion,
  lambdaTime,
  parseFunctionReference,
  type FunctionReference,
  type FunctionVersion,
  type StoredFunction,
} from '../functions/model';
import type { FunctionStore } from '../functions/store';
import { MAX_UNZIPPED_BYTES, MAX_ZIP_BYTES } from '../functions/unpack';
import {
  aliasExists,
  functionExists,
  functionNotFound,
  invalidModel,
  invalidParameter,
  requestTooLarge,
  resourceNotFound,
} from './errors';
import {
  checkManaged,
  configurationChange,
  required,
  zipFile,
  type Body,
  type ConfigurationChange,
} from './validation';

type Answer = Record<string, unknown>;

const LATEST = '$LATEST';

export class FunctionsApi {
  constructor(
    private readonly store: FunctionStore,
    private readonly pool: EnvironmentPool,
    private readonly region: string,
    private readonly accountId: string,
    /** URL under which a version's zip can be fetched. */
    private readonly codeUrl: (name: string, version: FunctionVersion) => string,
  ) {}

  arn(name: string, qualifier?: string): string {
    return `arn:aws:lambda:${this.region}:${this.accountId}:function:${name}${qualifier ? `:${qualifier}` : ''}`;
  }

  /** @throws LambdaApiError when `text` cannot name a function */
  reference(text: string, qualifier?: string): FunctionReference {
    const reference = parseFunctionReference(text, qualifier);
    if (!reference)
      throw invalidModel(
        text,
        'functionName',
        'Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?',
      );
    return reference;
  }

  /** The version that a reference means. @throws LambdaApiError 404 */
  resolve(reference: FunctionReference): { stored: StoredFunction; version: FunctionVersion } {
    const stored = this.find(reference);
    const { qualifier } = reference;
    if (qualifier === undefined || qualifier === LATEST) return { stored, version: stored.latest };
    const alias = stored.aliases.find(candidate => candidate.name === qualifier);
    const wanted = alias?.functionVersion ?? qualifier;
    const version = wanted === LATEST ? stored.latest : stored.versions.find(candidate => candidate.version === wanted);
    if (!version) throw functionNotFound(this.arn(reference.name, qualifier));
    return { stored, version };
  }

  create(body: Body): Answer {
    const { name } = this.reference(required(body['FunctionName'] as string | undefined, 'functionName'));
    const change = configurationChange(body);
    const roleArn = required(change.roleArn, 'role');
    const zip = this.zip(zipFile((body['Code'] ?? {}) as Body), 'CreateFunction');
    if (body['PackageType'] === 'Image') throw invalidParameter('The local Lambda service runs zip packages only');
    if (change.runtime === undefined || change.handler === undefined)
      throw invalidParameter(
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
      );
    if (this.store.get(name)) throw functionExists(name);
    const memoryMb = change.memoryMb ?? 128;
    checkManaged({ managedInstances: change.managedInstances, runtime: change.runtime, memoryMb });
    const latest: FunctionVersion = {
      version: LATEST,
      description: change.description ?? '',
      runtime: change.runtime,
      roleArn,
      handler: change.handler,
      memoryMb,
      timeoutSeconds: change.timeoutSeconds ?? 3,
      environment: change.environment ?? {},
      architectures: Array.isArray(body['Architectures']) ? body['Architectures'].map(String) : ['x86_64'],
      managedInstances: change.managedInstances,
      ...this.store.addCode(name, zip),
      lastModified: lambdaTime(new Date()),
      revisionId: randomUUID(),
    };
    const tags = (body['Tags'] ?? {}) as Record<string, string>;
    const stored: StoredFunction = { name, latest, versions: [], aliases: [], tags };
    this.store.save(stored);
    return body['Publish'] === true ? this.publish(stored, '') : this.describe(stored, latest);
  }

  updateCode(reference: FunctionReference, body: Body): Answer {
    const stored = this.find(reference);
    const zip = this.zip(zipFile(body), 'UpdateFunctionCode');
    this.checkRevision(stored, body);
    if (body['DryRun'] === true) return this.describe(stored, stored.latest);
    const latest = { ...stored.latest, ...this.store.addCode(stored.name, zip) };
    if (Array.isArray(body['Architectures'])) latest.architectures = body['Architectures'].map(String);
    const changed = this.replaceLatest(stored, latest);
    return body['Publish'] === true ? this.publish(changed, '') : this.describe(changed, changed.latest);
  }

  updateConfiguration(reference: FunctionReference, body: Body): Answer {
    const stored = this.find(reference);
    const change = configurationChange(body);
    this.checkRevision(stored, body);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const latest = { ...stored.latest, ...(given as ConfigurationChange) };
    checkManaged(latest);
    const changed = this.replaceLatest(stored, latest);
    return this.describe(changed, changed.latest);
  }

  configuration(reference: FunctionReference): Answer {
    const { stored, version } = this.resolve(reference);
    return this.describe(stored, version, reference.qualifier);
  }

  get(reference: FunctionReference): Answer {
    const { stored, version } = this.resolve(reference);
    return {
      Configuration: this.describe(stored, version, reference.qualifier),
      Code: { RepositoryType: 'S3', Location: this.codeUrl(stored.name, version) },
      ...(Object.keys(stored.tags).length > 0 ? { Tags: stored.tags } : {}),
    };
  }

  list(marker: string | undefined, maxItems: number, allVersions: boolean): Answer {
    const all = this.store
      .list()
      .flatMap(stored =>
        (allVersions ? [stored.latest, ...stored.versions] : [stored.latest]).map(version => ({ stored, version })),
      );
    const page = paged(all, marker, maxItems);
    return {
      ...page.next,
      Functions: page.items.map(({ stored, version }) =>
        this.describe(stored, version, allVersions ? version.version : undefined),
      ),
    };
  }

  delete(reference: FunctionReference): void {
    const stored = this.find(reference);
    const { qualifier } = reference;
    if (qualifier !== undefined) {
      if (qualifier === LATEST)
        throw invalidParameter(`$LATEST version cannot be deleted without deleting the function.`);
      const versions = stored.versions.filter(version => version.version !== qualifier);
      if (versions.length === stored.versions.length) throw functionNotFound(this.arn(stored.name, qualifier));
      const changed = { ...stored, versions };
      this.store.save(changed);
      this.retireOthers(changed);
      return;
    }
    this.store.delete(stored.name);
    this.pool.remove(stored.name, functionNotFound(this.arn(stored.name)));
  }

  publishVersion(reference: FunctionReference, body: Body): Answer {
    const stored = this.find(reference);
    return this.publish(stored, typeof body['Description'] === 'string' ? body['Description'] : '');
  }

  listVersions(reference: FunctionReference, marker: string | undefined, maxItems: number): Answer {
    const stored = this.find(reference);
    const page = paged([stored.latest, ...stored.versions], marker, maxItems);
    return { ...page.next, Versions: page.items.map(version => this.describe(stored, version, version.version)) };
  }

  listAliases(reference: FunctionReference): Answer {
    const stored = this.find(reference);
    return { Aliases: stored.aliases.map(alias => describeAlias(this.arn(stored.name), alias)) };
  }

  getAlias(reference: FunctionReference, name: string): Answer {
    const stored = this.find(reference);
    const alias = stored.aliases.find(candidate => candidate.name === name);
    if (!alias) throw resourceNotFound(`Cannot find alias arn: ${this.arn(stored.name, name)}`);
    return describeAlias(this.arn(stored.name), alias);
  }

  /** Creates the alias, or updates it when `existing` names one. */
  putAlias(reference: FunctionReference, body: Body, existing?: string): Answer {
    const stored = this.find(reference);
    const old = existing === undefined ? undefined : stored.aliases.find(alias => alias.name === existing);
    const name = existing ?? required(body['Name'] as string | undefined, 'name');
    if (existing !== undefined && !old) throw resourceNotFound(`Cannot find alias arn: ${this.arn(stored.name, name)}`);
    if (existing === undefined && stored.aliases.some(alias => alias.name === name))
      throw aliasExists(this.arn(stored.name, name));
    if (!/^(?!\d+$)[a-zA-Z0-9-_]{1,128}$/.test(name))
      throw invalidModel(name, 'name', 'Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)');
    const functionVersion = required(
      (body['FunctionVersion'] as string | undefined) ?? old?.functionVersion,
      'functionVersion',
    );
    this.resolve({ name: stored.name, qualifier: functionVersion });
    const description = (body['Description'] as string | undefined) ?? old?.description ?? '';
    const alias = { name, functionVersion, description, revisionId: randomUUID() };
    const aliases = [...stored.aliases.filter(candidate => candidate.name !== name), alias];
    this.store.save({ ...stored, aliases });
    return describeAlias(this.arn(stored.name), alias);
  }

  deleteAlias(reference: FunctionReference, name: string): void {
    const stored = this.find(reference);
    this.store.save({ ...stored, aliases: stored.aliases.filter(alias => alias.name !== name) });
  }

  accountSettings(): Answer {
    const stored = this.store.list();
    const codeBytes = stored.reduce((sum, one) => sum + one.latest.codeSizeBytes, 0);
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: MAX_UNZIPPED_BYTES,
        CodeSizeZipped: MAX_ZIP_BYTES,
        ConcurrentExecutions: 1000,
        UnreservedConcurrentExecutions: 1000,
      },
      AccountUsage: { TotalCodeSize: codeBytes, FunctionCount: stored.length },
    };
  }

  tags(resourceArn: string): Answer {
    return { Tags: this.find(this.reference(resourceArn)).tags };
  }

  setTags(resourceArn: string, add: Record<string, string>, remove: string[]): void {
    const stored = this.find(this.reference(resourceArn));
    const tags = { ...stored.tags, ...add };
    for (const key of remove) delete tags[key];
    this.store.save({ ...stored, tags });
  }

  private find(reference: FunctionReference): StoredFunction {
    const stored = this.store.get(reference.name);
    if (!stored) throw functionNotFound(this.arn(reference.name, reference.qualifier));
    return stored;
  }

  private describe(stored: StoredFunction, version: FunctionVersion, qualifier?: string): Answer {
    return describeVersion(stored.name, this.arn(stored.name, qualifier), version);
  }

  private zip(zip: Buffer | undefined, operation: string): Buffer {
    if (zip === undefined) throw invalidParameter('Please provide a source for function code.');
    if (zip.byteLength > MAX_ZIP_BYTES) throw requestTooLarge(MAX_ZIP_BYTES, operation);
    return zip;
  }

  private checkRevision(stored: StoredFunction, body: Body): void {
    const wanted = body['RevisionId'];
    if (wanted === undefined || wanted === null || wanted === stored.latest.revisionId) return;
    throw invalidParameter(
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction API to retrieve the latest Revision Id',
    );
  }

  private replaceLatest(stored: StoredFunction, latest: FunctionVersion): StoredFunction {
    const changed = {
      ...stored,
      latest: { ...latest, lastModified: lambdaTime(new Date()), revisionId: randomUUID() },
    };
    this.store.save(changed);
    this.retireOthers(changed);
    return changed;
  }

  /** Environments and code of versions that there are no more. */
  private retireOthers({ name, latest, versions }: StoredFunction): void {
    this.pool.retire(name, new Set([latest, ...versions].map(version => version.revisionId)));
  }

  private publish(stored: StoredFunction, description: string): Answer {
    const last = stored.versions.at(-1);
    // the service makes no version of what has not changed since the last one
    if (last && isUnchanged(last, stored.latest)) return this.describe(stored, last, last.version);
    const lastVersion = (stored.lastVersion ?? Number(last?.version ?? 0)) + 1;
    const version: FunctionVersion = {
      ...stored.latest,
      version: String(lastVersion),
      description: description || stored.latest.description,
      revisionId: randomUUID(),
    };
    this.store.save({ ...stored, versions: [...stored.versions, version], lastVersion });
    return this.describe(stored, version, version.version);
  }
}

/** Code and configuration are those of the version. */
function isUnchanged(version: FunctionVersion, latest: FunctionVersion): boolean {
  const content = (of: FunctionVersion) =>
    JSON.stringify([
      of.codeSha256,
      of.runtime,
      of.roleArn,
      of.handler,
      of.memoryMb,
      of.timeoutSeconds,
      of.environment,
      of.managedInstances,
    ]);
  return content(version) === content(latest);
}

/** One page of a list; the marker is the index of the next item. */
function paged<T>(
  items: T[],
  marker: string | undefined,
  maxItems: number,
): { items: T[]; next: { NextMarker?: string } } {
  const from = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0) throw invalidParameter('Invalid Marker');
  const to = from + maxItems;
  return {
    items: items.slice(from, to),
    next: to < items.length ? { NextMarker: Buffer.from(String(to)).toString('base64url') } : {},
  };
}
