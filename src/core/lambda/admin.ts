/** What is deployed, and what may be done with it beside deploying and invoking. On AWS and on the laptop alike. */
import type { SourceFile } from '../workspace/contract';
import type { FunctionCondition } from './condition';
import type { LambdaPort } from './contract';
import type { ReadLog } from './logs';
import type { ManagedInstances } from './managed-instances';

/** A function as it is deployed. */
export interface FunctionState {
  name: string;
  arn: string;
  /** Base64 SHA-256 of the zip. */
  codeSha256: string;
  codeBytes: number;
  memoryMb: number;
  timeoutSeconds: number;
  environment: Record<string, string>;
  runtime: string;
  /** Absent where an environment runs one invocation at a time, as by default. */
  managedInstances?: ManagedInstances;
  /** As Lambda tells it, with a numeric zone. */
  lastModified: string;
  /** Undefined where Lambda does not tell it, as in lists of AWS. */
  condition?: FunctionCondition;
}

/** A published version. */
export interface FunctionVersion {
  version: string;
  codeSha256: string;
  codeBytes: number;
  lastModified: string;
  description: string;
}

/** Settings of a function; what is left out stays. */
export interface FunctionSettings {
  memoryMb?: number;
  timeoutSeconds?: number;
  /** All of them: those that are left out are removed. */
  environment?: Record<string, string>;
  managedInstances?: ManagedInstances;
}

/** The deployed code beside the working tree. */
export interface CodeComparison {
  /** The zips are the same to the byte. */
  same: boolean;
  deployedBytes: number;
  workingBytes: number;
  /** The handler's own files, by path relative to its folder. Empty for a bundle of another tool, whose map does not hold them. */
  deployed: SourceFile[];
  working: SourceFile[];
}

export type OnProgress = (text: string) => void;

/** A LambdaPort that can also look after functions. Rejects with CodedErrors. */
export interface FunctionAdmin extends LambdaPort {
  /** Nothing when there is no such function. */
  describe(functionName: string, signal?: AbortSignal): Promise<FunctionState | undefined>;
  list(signal?: AbortSignal): Promise<FunctionState[]>;
  /** Published versions, newest first. */
  versions(functionName: string, signal?: AbortSignal): Promise<FunctionVersion[]>;
  /** The handler's own files as they are deployed; none for a bundle of another tool, whose map does not hold them. */
  sources(functionName: string, signal?: AbortSignal): Promise<SourceFile[]>;
  compare(functionName: string, directory: string, signal?: AbortSignal): Promise<CodeComparison>;
  configure(
    functionName: string,
    settings: FunctionSettings,
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Makes the code of a version the function's code again. Its settings stay as they are.
   * Rejects with `LAMBDA_NOTHING_TO_ROLL_BACK` when no version is named and none holds other code.
   */
  rollBack(
    functionName: string,
    version: string | undefined,
    onProgress?: OnProgress,
    signal?: AbortSignal,
  ): Promise<FunctionVersion>;
  /** What it printed from a moment on, oldest first. Rejects with `FUNCTION_LOG_MISSING` before its first invocation. */
  logEvents: ReadLog;
}

/** The newest version that holds other code than what is deployed now. */
export function previousVersion(versions: readonly FunctionVersion[], codeSha256: string): FunctionVersion | undefined {
  return versions.find(version => version.codeSha256 !== codeSha256);
}
