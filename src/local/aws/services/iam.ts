import * as sdk from '@aws-sdk/client-iam';
import { AwsFaultError, type AwsCall } from '../contract';
import { modelOf } from '../model/schema';
import type { QueryValue } from '../query-protocol';
import { QueryService } from './query-service';

export interface StoredRole {
  name: string;
  /** `/dsql-workshop/` */
  path: string;
  arn: string;
  created: Date;
  tags: Record<string, string>;
  /** ARNs of attached policies. */
  attached: string[];
  /** Names of its own policies. */
  inline: string[];
}

/** IAM (API 2010-05-08): roles with their policies, which must go before them. */
export class IamService extends QueryService {
  readonly signingName = 'iam';
  readonly roles = new Map<string, StoredRole>();

  constructor() {
    super(modelOf(sdk), 'https://iam.amazonaws.com/doc/2010-05-08/');
  }

  protected result({ operation, input: asked }: AwsCall): Record<string, QueryValue> {
    const input = asked as Readonly<Record<string, string>>;
    if (operation === 'ListRoles') {
      const found = [...this.roles.values()].filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const at = Number(input.Marker ?? 0);
      const more = at + 1 < found.length;
      return {
        Roles: found.slice(at, at + 1).map(described),
        IsTruncated: more,
        ...(more && { Marker: String(at + 1) }),
      };
    }
    const role = this.roles.get(input.RoleName ?? '');
    if (!role) throw fault(404, 'NoSuchEntity', `The role with name ${input.RoleName} cannot be found.`);
    switch (operation) {
      case 'GetRole':
        return { Role: described(role) };
      case 'ListRoleTags':
        return { Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })), IsTruncated: false };
      case 'ListAttachedRolePolicies':
        return { AttachedPolicies: role.attached.map(PolicyArn => ({ PolicyArn })), IsTruncated: false };
      case 'ListRolePolicies':
        return { PolicyNames: role.inline, IsTruncated: false };
      case 'DetachRolePolicy':
        role.attached = role.attached.filter(arn => arn !== input.PolicyArn);
        return {};
      case 'DeleteRolePolicy':
        role.inline = role.inline.filter(name => name !== input.PolicyName);
        return {};
      case 'DeleteRole':
        if (role.attached.length + role.inline.length > 0)
          throw fault(409, 'DeleteConflict', 'Cannot delete entity, must detach all policies first.');
        this.roles.delete(role.name);
        return {};
      default:
        throw fault(400, 'InvalidAction', operation);
    }
  }
}

const described = ({ name, path, arn, created }: StoredRole): QueryValue => ({
  RoleName: name,
  Path: path,
  RoleId: 'AROAEXAMPLEEXAMPLE123',
  Arn: arn,
  CreateDate: created,
});

const fault = (status: number, code: string, message: string): AwsFaultError =>
  new AwsFaultError({ status, code, message });
