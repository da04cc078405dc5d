import type pg from 'pg';
import { answerOf, NO_ANSWER, type Protocol } from './isolation-session';
import type { IsolationSpec } from './isolation-spec';

/** Where statements go to; `connect` gives a new client each time. */
export interface IsolationTarget {
  connect(): Promise<pg.Client>;
}

/** Set-up statements may be told to try again. */
const SETUP_ATTEMPTS = 3;

/** Runs every permutation and prints each step's answer, in the order of the permutation. */
export async function runIsolationSpec(
  spec: IsolationSpec,
  target: IsolationTarget,
  protocol: Protocol,
): Promise<string> {
  const common = await target.connect();
  const output: string[] = [];
  for (const permutation of spec.permutations) {
    for (const sql of [...spec.teardown, ...spec.setup]) await prepare(common, sql);
    output.push(
      `permutation: ${permutation.map(group => (group.length > 1 ? `(${group.join(' ')})` : group[0])).join(' ')}`,
    );
    const sessions = new Map<string, pg.Client>();
    for (const { name, setup } of spec.sessions) {
      const client = await target.connect();
      sessions.set(name, client);
      for (const sql of setup) await prepare(client, sql);
    }
    for (const group of permutation) {
      const answers = await Promise.all(
        group.map(name => {
          const { session, sql } = spec.steps.get(name)!;
          return answerOf(sessions.get(session)!, sql, protocol);
        }),
      );
      group.forEach((name, at) => output.push(`${name}: ${spec.steps.get(name)!.sql}`, `→ ${answers[at]}`));
      if (answers.includes(NO_ANSWER)) break;
    }
    output.push('');
    for (const client of sessions.values()) void client.end().catch(() => undefined);
  }
  for (const sql of spec.teardown) await prepare(common, sql);
  return output.join('\n');
}

async function prepare(client: pg.Client, sql: string): Promise<void> {
  let answer = '';
  for (let attempt = 0; attempt < SETUP_ATTEMPTS; attempt++) {
    answer = await answerOf(client, sql);
    if (!answer.startsWith('ERROR 40001')) break;
  }
  if (/^(?:ERROR|NO ANSWER)/.test(answer)) throw new Error(`${sql}: ${answer}`);
}
