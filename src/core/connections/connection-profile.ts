/** Where a profile stands: it colours the status bar, and `production` makes writes ask first. */
export type ProfileEnvironment = 'development' | 'test' | 'production';

/** Id of the profile that is always there: the embedded local cluster. */
export const LOCAL_PROFILE_ID = 'local';

/** Which cluster, as which database user, with whose credentials. */
export interface ConnectionPlace {
  kind: 'local' | 'aws';
  /** Host name of the cluster; empty for `local`, whose address is known once it runs. */
  host: string;
  /** 5432 unless an endpoint of one's own stands in for AWS. */
  port: number;
  /** IP address that connections go to in place of the host's own: a tunnel's end, a PrivateLink interface. The name is still what is verified. */
  hostaddr?: string;
  region: string;
  /** Database user; `admin` needs the action DbConnectAdmin, every other role DbConnect. */
  user: string;
  /** Of the shared AWS configuration; the SDK's default chain when undefined. */
  awsProfile?: string;
}

/** How to connect to one cluster as one user. Plain data, kept in the user's settings; it never holds a secret. */
export interface ConnectionProfile extends ConnectionPlace {
  /** Unique among the profiles of a window; stable when the name changes. */
  id: string;
  /** Shown to people, unique. */
  name: string;
  /** Put first in the search path of new connections; the server's own default when undefined. */
  schema?: string;
  /** Connections begin with SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY. */
  readOnly: boolean;
  environment: ProfileEnvironment;
  /** PEM file of a certificate authority; the system's list when undefined. */
  caFile?: string;
  /** Execution role of Lambda functions deployed beside the cluster; chapters need it on AWS. */
  lambdaRoleArn?: string;
  /** Steps that run as the functions do get their keys by assuming that role; absent means never. */
  assumeLambdaRole?: true;
  /** URL of a Lambda API of one's own; AWS's when undefined. */
  lambdaEndpoint?: string;
}
