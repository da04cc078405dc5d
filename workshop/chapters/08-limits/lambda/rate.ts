import type { Client } from 'pg';
import { connect, pause, practiceOptions, practise, refusal } from './connect';

/** DSQL takes 1,000 new connections at once and 100 a second after that; the practice is a hundredth of it. */
const PRACTICE = { connection_burst: 10, connections_per_second: 20 };

/** Opens connections all at once; those that are refused for their rate come again, each after a wait of its own. */
export async function connectionStorm(wanted: number): Promise<object> {
  const probe = await practise(PRACTICE);
  await probe?.end();
  const options = probe ? practiceOptions(PRACTICE) : undefined;
  const refusals: string[] = [];
  const clients = await Promise.all(
    Array.from({ length: wanted }, async (): Promise<Client> => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await connect(options);
        } catch (error) {
          const { sqlstate, message } = refusal(error);
          // 53400 is about the rate. A new token would not help; waiting does.
          if (sqlstate !== '53400' || attempt === 20) throw error;
          refusals.push(`${sqlstate} ${message}`);
          await pause(100 + Math.random() * Math.min(2000, 200 * 2 ** attempt));
        }
      }
    }),
  );
  const answers = await Promise.all(clients.map(client => client.query('SELECT 1')));
  await Promise.all(clients.map(client => client.end()));
  return {
    connected: answers.length,
    refused: refusals.length,
    asExpected: refusals.length > 0 === (probe !== undefined),
    outcome: refusals[0] ?? 'not met: this cluster takes a burst of 1,000',
    limit: probe ? 'a burst of 10, then 20 a second, for these connections' : 'a burst of 1,000, then 100 a second',
  };
}
