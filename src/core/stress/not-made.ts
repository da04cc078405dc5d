import { causes } from '../../base/errors';

/**
 * Faults of an invocation's set-up that are told with a status of 5xx or 408: the event was not given to the handler. By their texts in the
 * reference of Lambda's Invoke API (`API_Invoke`, errors), read 2026-11-22 in the service model of `@aws-sdk/client-lambda` 3.1162.0: what
 * Lambda could not unzip, decrypt, mount, restore or connect before it began.
 */
const SET_UP_FAULTS: ReadonlySet<string> = new Set([
  'EC2AccessDeniedException',
  'EC2ThrottledException',
  'EC2UnexpectedException',
  'EFSMountConnectivityException',
  'EFSMountTimeoutException',
  'ENILimitReachedException',
  'ENINotReadyException',
  'InvalidRuntimeException',
  'InvalidSecurityGroupIDException',
  'InvalidSubnetIDException',
  'InvalidZipFileException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'ResourceNotReadyException',
  'S3FilesMountConnectivityException',
  'S3FilesMountTimeoutException',
  'SnapStartTimeoutException',
  'SubnetIPAddressLimitReachedException',
]);

/** The same reference leaves open whether the function ran: reading or writing its files failed, or its invocation was stopped. */
const MAYBE_BEGUN: ReadonlySet<string> = new Set(['EFSIOException', 'RecursiveInvocationException']);

const REQUEST_TIMEOUT = 408;

/**
 * Whether an answer of the Invoke API other than 200 says that the function did not begin. "Lambda validates the request and checks for
 * scaling capacity before sending the event to your function" ("Troubleshoot invocation issues in Lambda", read 2026-11-22): what is told with
 * 4xx is refused. A 5xx that names no fault of set-up may come after it, as `ServiceException`, or from what stands between.
 */
export function refusedByInvokeApi(status: number, exception: string): boolean {
  if (MAYBE_BEGUN.has(exception)) return false;
  if (SET_UP_FAULTS.has(exception)) return true;
  return status >= 400 && status < 500 && status !== REQUEST_TIMEOUT;
}

/** The same of what AWS's SDK threw, or what has it among its causes. */
export function refusedByLambda(error: unknown): boolean {
  return causes(error).some(link => {
    const { name, $metadata } = link as { name?: unknown; $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    return status !== undefined && refusedByInvokeApi(status, String(name));
  });
}

/** Calls of the system that come before the first byte of a request. */
const BEFORE_CONNECTION = /^(connect|getaddrinfo|bind)$/;
/** OpenSSL's and Node's verdicts on a certificate: they end the handshake. */
const CERTIFICATE = /^(CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT)_/;
/** Node, and the SDK's HTTP handler, of a connection that was never there. */
const NO_CONNECTION_TEXT = /before secure TLS connection was established|did not establish a connection/;

/** Whether an error, or one of its causes, says that no connection came about, so that nothing was sent on it. */
export function neverConnected(error: unknown): boolean {
  return causes(error).some(link => {
    const { syscall, code, message, errors } = link as Record<'syscall' | 'code' | 'message' | 'errors', unknown>;
    // every address of a host was tried
    if (Array.isArray(errors) && errors.length > 0) return errors.every(neverConnected);
    return (
      (typeof syscall === 'string' && BEFORE_CONNECTION.test(syscall)) ||
      (typeof code === 'string' && CERTIFICATE.test(code)) ||
      (typeof message === 'string' && NO_CONNECTION_TEXT.test(message))
    );
  });
}

/**
 * Verdicts on a transaction itself, which COMMIT may answer: a conflict, a rule or a limit that it broke, a cluster that is full (User Guide,
 * quotas and concurrency, 2026-09). All others leave its outcome open, as 40003, 57P01, a lost connection, and DSQL's XX000 "server unavailable".
 */
const REFUSED_COMMIT = /^(?:(?:0A|22|23|25|40|42|44|54)[0-9A-Z]{3}|53100)$/;
const COMPLETION_UNKNOWN = '40003';

/** Whether an error that COMMIT was answered with says that the transaction was rolled back. */
export function refusedByCommit(error: unknown): boolean {
  return causes(error).some(link => {
    const { code } = link as { code?: unknown };
    return typeof code === 'string' && REFUSED_COMMIT.test(code) && code !== COMPLETION_UNKNOWN;
  });
}
