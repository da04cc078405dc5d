// The owner of a PostgreSQL in a process of its own, so that a test can kill it: prints one line of JSON when ready.
import { startPostgres } from '../../../src/local/postgres/server';

startPostgres({ dataDir: process.argv[2]! }).then(
  ({ pid, address }) => process.stdout.write(`${JSON.stringify({ pid, address })}\n`),
  (error: { code: string }) => {
    process.stdout.write(`${JSON.stringify({ code: error.code })}\n`);
    process.exitCode = 1;
  },
);
