/** Ends by SIGKILL at the moment at which it would replace a dead owner's lock. */
import fs from 'node:fs';
import { lockDataDirectory } from '../../../src/local/postgres/owner-lock';

fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
lockDataDirectory(process.argv[2]!);
