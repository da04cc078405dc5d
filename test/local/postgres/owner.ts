// The owner of a PostgreSQL in a process of its own, so that a test can kill it: prints one line of JSON when ready.
import { startPostgres } from '../../../src/local/postgres/server';

const [, , dataDir, cacheDirectory] = process.argv;
startPostgres({ dataDir: dataDir!, cacheDirectory }).then(
  ({ pid, address }) => process.stdout.write(`${JSON.stringify({ pid, address })}\n`),
  (error: { code: string }) => {
    process.stdout.write(`${JSON.stringify({ code: error.code })}\n`);
    process.exitCode = 1;
  },
);
