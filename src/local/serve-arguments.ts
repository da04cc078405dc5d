import { parseArgs } from 'node:util';
import { CodedError } from '../base/errors';
import type { InjectConflicts } from './adjudicator/injection';
import type { ServeOptions } from './serve';

/** The usage line of `node dist/local-cluster.js`. */
const SERVE_USAGE =
  'local-cluster [--data-dir DIR] [--port N] [--lambda-port N] [--region REGION] [--fsync] [--require-sni] [--json]' +
  ' [--inject-conflicts SHARE [--inject-seed N] [--inject-code OC000|OC001]] [--stale-catalog session|transaction]';

/** Reads the command line of the local cluster's process. Throws `LOCAL_BAD_ARGUMENT`, with that line. */
export function parseServeArguments(args: string[]): ServeOptions {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        'data-dir': { type: 'string' },
        port: { type: 'string' },
        'lambda-port': { type: 'string' },
        region: { type: 'string' },
        fsync: { type: 'boolean' },
        'require-sni': { type: 'boolean' },
        'inject-conflicts': { type: 'string' },
        'inject-seed': { type: 'string' },
        'inject-code': { type: 'string' },
        'stale-catalog': { type: 'string' },
        json: { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw badArgument(error instanceof Error ? error.message : String(error));
  }
  if (values.region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region))
    throw badArgument(`--region: "${values.region}" is not the name of a Region, such as us-east-1`);
  if (values['data-dir'] === '') throw badArgument('--data-dir needs a directory');
  return {
    dataDir: values['data-dir'],
    port: port('--port', values.port),
    lambdaPort: port('--lambda-port', values['lambda-port']),
    region: values.region,
    fsync: values.fsync,
    requireSni: values['require-sni'],
    json: values.json,
    occ: {
      injectConflicts: injection(values['inject-conflicts'], values['inject-seed'], values['inject-code']),
      staleCatalog: oneOf('--stale-catalog', values['stale-catalog'], ['session', 'transaction']),
    },
  };
}

function port(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw badArgument(`${name}: "${value}" is not a port (0 to 65535)`);
  return Number(value);
}

function injection(
  share: string | undefined,
  seed: string | undefined,
  code: string | undefined,
): InjectConflicts | undefined {
  if (share === undefined) {
    if (seed !== undefined || code !== undefined)
      throw badArgument('--inject-seed and --inject-code need --inject-conflicts');
    return undefined;
  }
  if (!/^(?:0|1|[01]?\.\d+)$/.test(share) || Number(share) > 1)
    throw badArgument(`--inject-conflicts: "${share}" is not a share of the commits (0 to 1)`);
  if (seed !== undefined && !/^\d{1,9}$/.test(seed))
    throw badArgument(`--inject-seed: "${seed}" is not a whole number of at most nine digits`);
  return {
    share: Number(share),
    seed: seed === undefined ? undefined : Number(seed),
    code: oneOf('--inject-code', code, ['OC000', 'OC001']),
  };
}

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const known = allowed.find(choice => choice === value);
  if (!known) throw badArgument(`${name}: "${value}" is none of ${allowed.join(', ')}`);
  return known;
}

function badArgument(message: string): CodedError {
  return new CodedError('LOCAL_BAD_ARGUMENT', message, { nextStep: `Usage: ${SERVE_USAGE}` });
}
