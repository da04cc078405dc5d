/**
 * The IAM role behind an assumed-role session, as DSQL wants it in a mapping: `arn:aws:sts::1:assumed-role/Name/session` is
 * `arn:aws:iam::1:role/Name`. A role's path is not part of the session's ARN and is lost. Other ARNs come back as they are.
 */
export function iamRoleArn(arn: string): string {
  const [, partition, account, name] = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return name ? `arn:${partition}:iam::${account}:role/${name}` : arn;
}
