/** What CDK's bootstrap stack has put into an account. */
import { LOCAL_ACCOUNT_ID, type LocalPrincipal } from '../../protocol/local-cluster';

export const BOOTSTRAP_VERSION = '30';
const WORKS_BY = ['deploy', 'file-publishing', 'lookup'];

/** The roles of CDK's bootstrap stack in a Region, by which CDK's program works, with keys of their own: so it shows what is sent by them. */
export const bootstrapRoles = (region: string): LocalPrincipal[] =>
  WORKS_BY.map(role => ({
    accessKeyId: `ASIACDK${role}${region}`.toUpperCase().replace(/[^A-Z0-9]/g, ''),
    secretAccessKey: crypto.randomUUID(),
    arn: `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/cdk-hnb659fds-${role}-role-${LOCAL_ACCOUNT_ID}-${region}`,
  }));

/** Whether a call was signed by one of them: the CDK's, which need nothing of the user's own policy. */
export const isBootstrapRole = (arn: string): boolean => arn.includes(':role/cdk-hnb659fds-');

/** `bucket/key` of an address of S3, whichever of its forms. */
export function assetOf(url: string): string {
  const { hostname, pathname } = new URL(url);
  const [bucket = ''] = hostname.split('.s3.');
  return bucket === hostname ? pathname.slice(1) : `${bucket}${pathname}`;
}
