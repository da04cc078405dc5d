import type { CodedError } from '../base/errors';
import type { Closeable } from '../base/lifecycle';
import type { Caller } from '../core/aws/caller';
import type { Chapter, ChapterPorts } from '../core/chapters/contract';
import type { UsageMeter } from '../core/cost/metered';
import type { ControlPlane } from '../core/clusters/contract';
import type { ConnectionProfile } from '../core/connections/connection-profile';
import type { Dialect } from '../core/dialect/contract';
import type { Linter } from '../core/lint/contract';
import type { DoctorFinding } from '../core/doctor/contract';
import type { FunctionAdmin } from '../core/lambda/admin';
import type { RunMetricsReader } from '../core/stress/run-metrics';
import type { CodeFolder } from '../core/workspace/contract';
import type { RowStores } from '../core/results/contract';
import type { SqlSession } from '../core/sql/contract';
import type { TeardownPort } from '../core/teardown/contract';
import type { AwsProfileSummary } from '../node/connections/aws-profiles';
import type { RoleDesk } from '../node/roles/role-desk';
import type { ProfileHost } from '../node/sql/profile-source';
import type { LocalClusterInfo } from '../protocol/local-cluster';
import type { Audits } from './language/audit-command';
import type { OwnCodeServices } from './own-code/services';
import type { StackServices } from './stack/services';

/** A target that chapters run against; close it to let its connections go. */
export interface ChapterTarget extends Closeable {
  ports: ChapterPorts & { lambda: FunctionAdmin };
}

/** A session script that comes with the product. */
export interface SessionPresetText {
  /** Name of its file without the suffix. */
  id: string;
  text: string;
}

/** What the extension needs of the layers it may not import. The real ones are wired in `extension.ts`, loaded on first use. */
export interface WorkshopServices {
  /**
   * The chapters of the workshop, in order, then those of the user's folders; of the latter, malformed ones are problems that name file
   * and line. Rejects with a coded error when one of the workshop's is malformed.
   */
  loadChapters(folders?: readonly string[]): Promise<{ chapters: Chapter[]; problems: CodedError[] }>;
  /** The cluster that another window or a terminal runs on this data directory. */
  findRunningCluster(dataDir: string): Promise<LocalClusterInfo | undefined>;
  /** Names of the stress runs that other windows and terminals make on a local cluster. */
  stressRunsElsewhere(info: LocalClusterInfo): Promise<string[]>;
  /** The thread that keeps the rows of results; started with the first result. */
  createRowStores(): Promise<RowStores>;
  /** Connects chapters to a running local cluster. */
  openTarget(info: LocalClusterInfo, code?: () => CodeFolder | undefined): Promise<ChapterTarget>;
  /** Connects chapters to the cluster of a connection and the Lambda beside it. The profile names the functions' role. */
  openProfileTarget(profile: ConnectionProfile, code?: () => CodeFolder | undefined): Promise<ChapterTarget>;
  /** The learner's folder on disk. */
  ownCode: OwnCodeServices;
  /** The learner's stack in AWS, by the CDK. */
  stack: StackServices;
  /** What a shell needs so that other people's programs work against the cluster: lines to paste, with a fresh token. */
  connectionSettings(info: LocalClusterInfo): Promise<string>;
  /** A session of a profile; nothing is connected yet. */
  createSqlSession(profileId: string, host: ProfileHost): Promise<SqlSession>;
  /** The profiles of the shared AWS configuration. */
  awsProfiles(): Promise<AwsProfileSummary[]>;
  /**
   * Whose credentials an AWS profile has, asked of STS in a Region and kept for some minutes; those of the default chain when undefined.
   * `fresh`: reads the credentials anew, as who makes and deletes clusters does. Rejects with `CANCELLED` only.
   */
  callerOf(awsProfile: string | undefined, region: string, signal: AbortSignal, fresh: boolean): Promise<Caller>;
  /** The session scripts of the product, in order. */
  sessionPresets(): Promise<SessionPresetText[]>;
  /** What DSQL makes of statements; its parser is loaded once, at the first call. */
  loadDialect(): Promise<Dialect>;
  /** What lint finds in SQL texts; loaded once, at the first call. */
  loadLinter(): Promise<Linter>;
  /** What stands between a folder, or a PostgreSQL database, and Aurora DSQL. */
  audits: Audits;
  /** The connection doctor's findings on a profile, one after the other. */
  examineProfile(
    profile: ConnectionProfile,
    localCluster: () => Promise<LocalClusterInfo>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<DoctorFinding>>;
  /** Database roles of a connection's cluster, as its user admin. Starts the local cluster if need be. Close it after use. */
  openRoles(
    profile: ConnectionProfile,
    localCluster: (signal: AbortSignal) => Promise<LocalClusterInfo>,
    signal: AbortSignal,
  ): Promise<RoleDesk>;
  /** What CloudWatch metered of clusters, with an AWS profile's credentials; the default chain when undefined. Close it after use. */
  usageMeter(awsProfile: string | undefined): Promise<UsageMeter & Closeable>;
  /** Metrics of stress runs on AWS by CloudWatch, with an AWS profile's credentials; the default chain when undefined. Close it after use. */
  runMetrics(awsProfile: string | undefined): Promise<RunMetricsReader & Closeable>;
  /** The control plane of Aurora DSQL with an AWS profile's credentials; the default chain when undefined. Close it after use. */
  controlPlane(awsProfile: string | undefined): Promise<ControlPlane & Closeable>;
  /** Finds and removes what the workshop made in AWS, with an AWS profile's credentials. Close it after use. */
  teardown(awsProfile: string | undefined): Promise<TeardownPort & Closeable>;
}
