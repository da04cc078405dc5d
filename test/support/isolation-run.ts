import type pg from 'pg';
import { stepsOf, type SessionScript } from '../../src/core/sessions/script';
import { answerOf, NO_ANSWER, type Protocol } from './isolation-session';

/** Where statements go to; `connect` gives a new client each time. */
export interface IsolationTarget {
  connect(): Promise<pg.Client>;
}

/** Set-up statements may be told to try again. */
const SETUP_ATTEMPTS = 3;

/** A row that is the id of an asynchronous job: another one each time. */
const JOB_ID = /(?<=^ {2})[a-z2-7]{26}$/m;

/** Runs every permutation and prints each step's answer, in the order of the permutation. */
export async function runIsolationSpec(
  script: SessionScript,
  target: IsolationTarget,
  protocol: Protocol,
): Promise<string> {
  const steps = stepsOf(script);
  const sqlOf = (name: string): string => oneLine(steps.get(name)!.sql);
  const common = await target.connect();
  const output: string[] = [];
  for (const { groups: permutation } of script.orders) {
    for (const sql of [...script.teardown, ...script.setup]) await prepare(common, sql);
    output.push(
      `permutation: ${permutation.map(group => (group.length > 1 ? `(${group.join(' ')})` : group[0])).join(' ')}`,
    );
    const sessions = new Map<string, pg.Client>();
    for (const { name, setup } of script.sessions) {
      const client = await target.connect();
      sessions.set(name, client);
      for (const sql of setup) await prepare(client, sql);
    }
    for (const group of permutation) {
      const answers = await Promise.all(
        group.map(name => answerOf(sessions.get(steps.get(name)!.session)!, sqlOf(name), protocol)),
      );
      group.forEach((name, at) => output.push(`${name}: ${sqlOf(name)}`, `→ ${answers[at]!.replace(JOB_ID, '<job>')}`));
      if (answers.includes(NO_ANSWER)) break;
    }
    output.push('');
    for (const client of sessions.values()) void client.end().catch(() => undefined);
  }
  for (const sql of script.teardown) await prepare(common, sql);
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

const oneLine = (sql: string): string => sql.trim().replace(/\s*\n\s*/g, ' ');
