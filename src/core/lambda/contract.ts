/** What deploying and invoking a function means to the chapters and the stress engine, on AWS and on the laptop alike. */
import type { ManagedInstances } from './managed-instances';

/** A function as it should be deployed. */
export interface FunctionSource {
  name: string;
  /** Directory with the handler's sources; the entry is the first of `HANDLER_FILES` that is there, unless `entry` names another. */
  directory: string;
  entry?: string;
  /** Environment variables of the function. */
  environment: Record<string, string>;
  /** MiB, 128 to 10240. Default 512. */
  memoryMb?: number;
  /** Seconds, 1 to 900. Default 30. */
  timeoutSeconds?: number;
  /** ARN of the execution role. */
  roleArn: string;
  /** Runs it on Lambda Managed Instances, where an environment takes many invocations at a time. Absent: one at a time, as by default. */
  managedInstances?: ManagedInstances;
  /** Folder name of the chapter that deploys it, where one does: becomes a tag. */
  chapter?: string;
  /** Publishes the result as a version, so that it can be rolled back to. */
  publish?: boolean;
}

/** What a deployment did. */
export interface Deployment {
  functionName: string;
  functionArn: string;
  created: boolean;
  /** Whether code or settings are others than before. What is as wanted already is left alone, and its environments live on. */
  changed: boolean;
  /** Size of the zipped bundle in bytes. */
  bundleBytes: number;
  /** Of the bundle's code and of its source map, unzipped; the map is not loaded before an error is printed. */
  codeBytes?: number;
  mapBytes?: number;
  /** Base64 SHA-256 of the zip, as Lambda reports it. */
  codeSha256: string;
  /** The version that was published, where one was asked for and could be. */
  version?: string;
  durationMs: number;
}

/** The outcome of one synchronous invocation. */
export interface Invocation {
  /** HTTP status of the Invoke call. */
  statusCode: number;
  /** The parsed payload; for a function error `{ errorType, errorMessage, trace }`. */
  payload: unknown;
  /** `Unhandled` or `Handled` when the function failed. */
  functionError?: string;
  /** Tail of the log, decoded, when asked for. */
  log?: string;
  durationMs: number;
}

/** Deploys and invokes. Implemented over `@aws-sdk/client-lambda`; the endpoint alone tells AWS from the laptop. */
export interface LambdaPort {
  deploy(source: FunctionSource, onProgress?: (text: string) => void, signal?: AbortSignal): Promise<Deployment>;
  invoke(
    functionName: string,
    payload: unknown,
    options?: { tailLog?: boolean; signal?: AbortSignal },
  ): Promise<Invocation>;
  remove(functionName: string, signal?: AbortSignal): Promise<void>;
  exists(functionName: string, signal?: AbortSignal): Promise<boolean>;
}

/** What the workshop's transfer handler takes. */
export interface TransferRequest {
  payer_id: number;
  payee_id: number;
  amount: number;
}

/** What the workshop's transfer handler answers. A failed transfer is an answer, not a function error; others word it otherwise, see `refusalOf`. */
export interface TransferResponse {
  /** The payer's balance after the transfer; absent when it failed. A decimal integer, maybe beyond 2^53 as a string. */
  balance?: number | string;
  /** Milliseconds inside the handler. */
  duration?: number;
  /** Retries the handler made after OCC conflicts. */
  retries?: number;
  error?: string;
  /** SQLSTATE of the error, e.g. `40001`. */
  errorCode?: string;
}

/** `31 KiB`, a part of one counted as one. */
export const kibText = (bytes: number): string => `${Math.ceil(bytes / 1024)} KiB`;

/** What became of the function: `Created`, `Updated`, or `Unchanged`. */
export const deployedText = ({ created, changed }: Pick<Deployment, 'created' | 'changed'>): string =>
  created ? 'Created' : changed ? 'Updated' : 'Unchanged';

/** The size of a deployment for people: `31 KiB zipped; code 120 KiB, source map 44 KiB`. */
export function sizeText({
  bundleBytes,
  codeBytes,
  mapBytes,
}: Pick<Deployment, 'bundleBytes' | 'codeBytes' | 'mapBytes'>): string {
  if (codeBytes === undefined || mapBytes === undefined) return kibText(bundleBytes);
  return `${kibText(bundleBytes)} zipped; code ${kibText(codeBytes)}, source map ${kibText(mapBytes)}`;
}
