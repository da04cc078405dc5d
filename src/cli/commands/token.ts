import { decodeToken } from '../../core/connections/token';
import { mintToken } from '../../node/token';
import type { OpenTarget } from '../command-context';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { textTable } from '../terminal/text-table';

export interface TokenOptions {
  user: string;
  as?: 'admin' | 'lambda';
  expiresIn: string;
  decode?: boolean;
}

const MAX_EXPIRY_SECONDS = 604_800;

/** `token`: prints a fresh authentication token and nothing else, for `PGPASSWORD=$(…)`; with `--decode`, its parts instead. */
export async function token(openTarget: OpenTarget, options: TokenOptions, console: Console): Promise<ExitCode> {
  const expiresInSeconds = Number(options.expiresIn);
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > MAX_EXPIRY_SECONDS)
    throw usageError(
      `--expires-in is "${options.expiresIn}"`,
      `Give whole seconds from 1 to ${MAX_EXPIRY_SECONDS} (a week).`,
    );
  const text = await mintToken(await openTarget(), options.as ?? 'admin', options.user, expiresInSeconds);
  if (options.decode) {
    const rows = decodeToken(text).map(part => [part.name, part.value, part.meaning]);
    console.stdout.write(`${textTable(['part', 'value', 'meaning'], rows).join('\n')}\n`);
  } else {
    console.stdout.write(`${text}\n`);
  }
  return EXIT.ok;
}
