import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
  paginateListRoleTags,
  type Role,
} from '@aws-sdk/client-iam';
import { ROLE_PATH } from '../../core/aws/tags';
import { GLOBAL, type FoundResource, type Standing } from '../../core/teardown/contract';
import type { Access } from './access';
import { isMissing } from './call-errors';
import { tagMap, type KindOfResource } from './kind';

/** Where IAM's requests are signed for. */
const IAM_REGION = 'us-east-1';

/** IAM roles below our path. The tag index does not know roles. */
export class Roles implements KindOfResource {
  constructor(private readonly access: Access) {}

  async list(signal?: AbortSignal): Promise<FoundResource[]> {
    const roles = await this.ask('ListRoles', signal, async client => {
      const found: Role[] = [];
      for await (const page of paginateListRoles({ client }, { PathPrefix: ROLE_PATH }))
        found.push(...(page.Roles ?? []));
      return found;
    });
    const found: FoundResource[] = [];
    for (const { RoleName: name = '', Arn: arn = '', CreateDate } of roles) {
      const base = { kind: 'role' as const, arn, name, region: GLOBAL, tags: {} };
      const tags = await this.tags(base, signal);
      if (tags) found.push({ ...base, tags, ...(CreateDate && { createdAtMs: CreateDate.getTime() }) });
    }
    return found;
  }

  tags({ name }: FoundResource, signal?: AbortSignal): Promise<Record<string, string> | undefined> {
    return this.askFor('ListRoleTags', signal, async client => {
      let tags: Record<string, string> = {};
      for await (const page of paginateListRoleTags({ client }, { RoleName: name }))
        tags = { ...tags, ...tagMap(page.Tags) };
      return tags;
    });
  }

  /** A role goes without its policies only: they are detached or, where they are its own, deleted first. */
  async begin({ name }: FoundResource, told: (text: string) => void, signal?: AbortSignal): Promise<void> {
    told(`Deleting the role ${name}`);
    const RoleName = name;
    const options = { abortSignal: signal };
    const attached = await this.askFor('ListAttachedRolePolicies', signal, async client => {
      const found: string[] = [];
      for await (const page of paginateListAttachedRolePolicies({ client }, { RoleName }))
        for (const { PolicyArn } of page.AttachedPolicies ?? []) if (PolicyArn) found.push(PolicyArn);
      return found;
    });
    for (const PolicyArn of attached ?? [])
      await this.askFor('DetachRolePolicy', signal, client =>
        client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }), options),
      );
    const inline = await this.askFor('ListRolePolicies', signal, async client => {
      const found: string[] = [];
      for await (const page of paginateListRolePolicies({ client }, { RoleName }))
        found.push(...(page.PolicyNames ?? []));
      return found;
    });
    for (const PolicyName of inline ?? [])
      await this.askFor('DeleteRolePolicy', signal, client =>
        client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }), options),
      );
    await this.askFor('DeleteRole', signal, client => client.send(new DeleteRoleCommand({ RoleName }), options));
  }

  async look({ name }: FoundResource, signal?: AbortSignal): Promise<Standing> {
    const found = await this.askFor('GetRole', signal, client =>
      client.send(new GetRoleCommand({ RoleName: name }), { abortSignal: signal }),
    );
    return { state: found === undefined ? 'gone' : 'there' };
  }

  private ask<T>(
    operation: string,
    signal: AbortSignal | undefined,
    work: (client: IAMClient) => Promise<T>,
  ): Promise<T> {
    const client = this.access.client(IAMClient, IAM_REGION);
    return this.access.call({ action: `iam:${operation}`, region: GLOBAL, signal }, () => work(client));
  }

  /** Undefined where the role, or the policy, is gone. */
  private async askFor<T>(
    operation: string,
    signal: AbortSignal | undefined,
    work: (client: IAMClient) => Promise<T>,
  ): Promise<T | undefined> {
    const client = this.access.client(IAMClient, IAM_REGION);
    const missing = Symbol('missing');
    const answer = await this.access.call<T | typeof missing>(
      { action: `iam:${operation}`, region: GLOBAL, signal },
      () => work(client),
      error => (isMissing(error) ? missing : undefined),
    );
    return answer === missing ? undefined : answer;
  }
}
