import { parseArgs } from 'node:util';
import { CodedError } from '../base/errors';
import type { ServeOptions } from './serve';

/** The usage line of `node dist/local-cluster.js`. */
export const SERVE_USAGE =
  'local-cluster [--data-dir DIR] [--port N] [--lambda-port N] [--region REGION] [--fsync] [--json]';

/** Reads the command line of the local cluster's process. Throws `LOCAL_BAD_ARGUMENT`. */
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
    json: values.json,
  };
}

function port(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw badArgument(`${name}: "${value}" is not a port (0 to 65535)`);
  return Number(value);
}

function badArgument(message: string): CodedError {
  return new CodedError('LOCAL_BAD_ARGUMENT', message, { nextStep: `Usage: ${SERVE_USAGE}` });
}
