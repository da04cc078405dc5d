import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../src/build/repository';
import { startTestCluster, token } from '../../support/cluster';
import { startSeveringRelay } from '../../support/severing-relay';

const run = promisify(execFile);
const root = repositoryRoot();
const MODULE = path.join(root, 'workshop', 'snippets', 'python');
const fixture = (name: string): string => path.join(root, 'test', 'fixtures', 'snippets', name);
/** Another Python than the first in the path, for instance one of a virtual environment that has a driver. */
const PYTHON = process.env.WORKSHOP_PYTHON ?? 'python3';

const available = (...args: string[]): Promise<boolean> =>
  run(PYTHON, args).then(
    () => true,
    () => false,
  );

describe('the retry module for Python, as it is handed out', function () {
  before(async function () {
    if (!(await available('--version'))) this.skip();
  });

  it('retries what may be retried, and nothing else', async () => {
    const { stdout } = await run(PYTHON, [fixture('scripted_retry.py'), MODULE]);
    assert.equal(stdout.trim(), 'OK');
  });

  for (const driver of ['psycopg', 'psycopg2']) {
    it(`moves money exactly once through conflicts and lost COMMITs (${driver})`, async function () {
      if (!(await available('-c', `import ${driver}`))) return this.skip();
      const cluster = await startTestCluster({ occ: { injectConflicts: { share: 0.3, seed: 3 } } });
      const relay = await startSeveringRelay(cluster.info.port);
      try {
        const child = spawn(PYTHON, [fixture('cluster_retry.py'), MODULE, driver], {
          stdio: ['pipe', 'pipe', 'inherit'],
          env: {
            ...process.env,
            PGHOST: 'localhost',
            PGHOSTADDR: '127.0.0.1',
            PGPORT: String(relay.port),
            PGPASSWORD: await token(cluster.info),
            PGSSLMODE: 'verify-full',
            PGSSLROOTCERT: cluster.info.caFile,
            PGGSSENCMODE: 'disable',
          },
        });
        let last = '';
        for await (const line of readline.createInterface(child.stdout)) {
          last = line;
          if (!line.startsWith('lose ')) continue;
          if (line === 'lose answer') relay.loseNextAnswer();
          else relay.loseNextRequest();
          child.stdin.write('done\n');
        }
        const report = JSON.parse(last) as {
          balances: number[];
          results: unknown[];
          retries: number;
          unknown: boolean;
        };
        // ten times 1, twice 7, and once 5 with an unknown outcome: that COMMIT may have met a conflict
        const [first = 0, second] = report.balances;
        assert.ok(first === 71 || first === 76, String(first));
        assert.equal(second, 200 - first);
        assert.deepEqual(report.results, Array(4).fill({ moved: 7 }));
        assert.ok(report.retries > 0);
        assert.ok(report.unknown);
      } finally {
        await relay.close();
        await cluster.close();
      }
    });
  }
});
