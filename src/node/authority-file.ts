import fs from 'node:fs';
import { CodedError } from '../base/errors';

/** The certificate authority that a connection names; undefined where it names none. @throws CodedError `CA_FILE_UNREADABLE` */
export function readAuthority(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new CodedError(
      'CA_FILE_UNREADABLE',
      `the certificate authority file cannot be read: ${(error as Error).message}`,
      {
        cause: error,
        nextStep: 'Correct "caFile" in the connection, or leave it out for the system\'s own list.',
      },
    );
  }
}
