import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { Connections } from '../connections/connections';
import type { Results } from '../results/results';

/** Runs a read in a session of its own and shows its rows. What fails is shown in the panel. */
export async function showQuery(
  connections: Connections,
  results: Results,
  { profile, title, sql }: { profile: ConnectionProfile; title: string; sql: string },
): Promise<void> {
  const run = results.begin({ title, profile }, [{ sql, repeatable: true }]);
  const recorder = run.start(0);
  try {
    const session = await connections.openSession(profile, run.signal);
    try {
      recorder.succeed(await session.run(sql, recorder.sink, { signal: run.signal }));
    } finally {
      await session.close();
    }
  } catch (error) {
    recorder.fail(error);
  } finally {
    run.finish();
  }
}
