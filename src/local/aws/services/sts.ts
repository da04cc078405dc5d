import * as sdk from '@aws-sdk/client-sts';
import { LOCAL_ACCOUNT_ID, type LocalPrincipal } from '../../../protocol/local-cluster';
import { AwsFaultError, type AwsCall, type AwsRequest } from '../contract';
import { modelOf } from '../model/schema';
import type { QueryValue } from '../query-protocol';
import { QueryService } from './query-service';

const HOUR_MS = 3_600_000;
/** `arn:aws:iam::123456789012:role/name` */
const ROLE = /^arn:aws:iam::(\d+):role\/(.+)$/;

/**
 * STS (API 2011-06-15): who a caller is, and the keys of a role. A role that is assumed has the keys of the principal of its ARN, so that
 * what is signed with them is known wherever that principal is.
 */
export class StsService extends QueryService {
  readonly signingName = 'sts';

  constructor(private readonly principals: readonly LocalPrincipal[]) {
    super(modelOf(sdk), 'https://sts.amazonaws.com/doc/2011-06-15/');
  }

  protected result({ operation, input }: AwsCall, { principal }: AwsRequest): Record<string, QueryValue> {
    switch (operation) {
      case 'GetCallerIdentity': {
        const [, account = LOCAL_ACCOUNT_ID] = ROLE.exec(principal.arn) ?? [];
        return {
          UserId: `${principal.accessKeyId}:dsql-workshop`,
          Account: account,
          Arn: sessionArn(principal.arn, 'dsql-workshop'),
        };
      }
      case 'AssumeRole':
        return this.assume(input, principal);
      default:
        throw new AwsFaultError({ status: 400, code: 'InvalidAction', message: `no such action: ${operation}` });
    }
  }

  private assume(
    { RoleArn, RoleSessionName, DurationSeconds }: Readonly<Record<string, unknown>>,
    caller: LocalPrincipal,
  ) {
    const role = this.principals.find(({ arn }) => arn === RoleArn);
    if (!role)
      throw new AwsFaultError({
        status: 403,
        code: 'AccessDenied',
        message: `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${String(RoleArn)}`,
      });
    return {
      AssumedRoleUser: {
        AssumedRoleId: `${role.accessKeyId}:${String(RoleSessionName)}`,
        Arn: sessionArn(role.arn, String(RoleSessionName)),
      },
      Credentials: {
        AccessKeyId: role.accessKeyId,
        SecretAccessKey: role.secretAccessKey,
        SessionToken: `session-of-${String(RoleSessionName)}`,
        Expiration: new Date(Date.now() + Number(DurationSeconds ?? HOUR_MS / 1000) * 1000),
      },
    };
  }
}

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>`; an ARN that is none of a role as it is. */
function sessionArn(arn: string, session: string): string {
  const [, account, role] = ROLE.exec(arn) ?? [];
  return role === undefined ? arn : `arn:aws:sts::${account}:assumed-role/${role}/${session}`;
}
