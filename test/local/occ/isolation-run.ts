import type pg from 'pg';
import { stepsOf, type SessionScript } from '../../../src/core/sessions/script';
import type { TestGateway } from '../../support/gateway';
import { answerOf, NO_ANSWER, type Protocol } from '../../support/isolation-session';
import { isOfMessages, WireSession } from './wire-steps';

/** Set-up statements may be told to try again. */
const SETUP_ATTEMPTS = 3;

/** A row that is the id of an asynchronous job: another one each time. */
const JOB_ID = /(?<=^ {2})[a-z2-7]{26}$/m;

/** A session whose client is a driver. */
class DriverSession {
  private constructor(private readonly client: pg.Client) {}

  static async connect(cluster: TestGateway): Promise<DriverSession> {
    return new DriverSession(await cluster.connect());
  }

  answerOf(step: string, protocol?: Protocol): Promise<string> {
    return answerOf(this.client, oneLine(step), protocol);
  }

  end(): void {
    void this.client.end().catch(() => undefined);
  }
}

/** One of whose steps some are messages speaks the protocol by hand, whatever the protocol of others. */
type Session = DriverSession | WireSession;

/** What may leave the catalogue, or a sequence, other than it was. */
const CHANGES_CATALOGUE =
  /\b(?:CREATE|ALTER|DROP|ANALYZE|VALIDATE|GRANT|REVOKE|COMMENT|IDENTITY|SEQUENCE|nextval|setval)\b/i;
const CREATES_TABLE = /^\s*CREATE TABLE (?:IF NOT EXISTS )?(\S+)/i;
const CHANGES_ROWS = /^\s*(?:INSERT|UPDATE|DELETE|WITH|COPY)\b/i;

/**
 * What makes the rows of the set-up again after a permutation. It is all made anew where a line, or what makes it, may have left more than
 * other rows; most scripts change nothing else, and DDL would be most of their time.
 */
function again({ setup, teardown, sessions }: SessionScript): string[] {
  const lines = sessions.flatMap(session => [...session.setup, ...session.steps.map(({ sql }) => sql)]);
  const changes =
    lines.some(sql => CHANGES_CATALOGUE.test(sql)) || setup.some(sql => /IDENTITY|SEQUENCE|nextval/i.test(sql));
  if (changes) return [...teardown, ...setup];
  const tables = setup.flatMap(sql => CREATES_TABLE.exec(sql)?.[1] ?? []);
  return [...tables.reverse().map(table => `DELETE FROM ${table}`), ...setup.filter(sql => CHANGES_ROWS.test(sql))];
}

/** Runs every permutation and prints each step's answer, in the order of the permutation. */
export async function runIsolationSpec(
  script: SessionScript,
  cluster: TestGateway,
  protocol: Protocol,
): Promise<string> {
  const steps = stepsOf(script);
  const common = await DriverSession.connect(cluster);
  const output: string[] = [];
  for (const [number, { groups: permutation }] of script.orders.entries()) {
    for (const sql of number === 0 ? [...script.teardown, ...script.setup] : again(script)) await prepare(common, sql);
    output.push(
      `permutation: ${permutation.map(group => (group.length > 1 ? `(${group.join(' ')})` : group[0])).join(' ')}`,
    );
    const sessions = new Map<string, Session>();
    for (const { name, setup, steps } of script.sessions) {
      const session = await (steps.some(({ sql }) => isOfMessages(sql)) ? WireSession : DriverSession).connect(cluster);
      sessions.set(name, session);
      for (const sql of setup) await prepare(session, sql);
    }
    for (const group of permutation) {
      const answers = await Promise.all(
        group.map(name => {
          const { session, sql } = steps.get(name)!;
          return sessions.get(session)!.answerOf(sql, protocol);
        }),
      );
      group.forEach((name, at) =>
        output.push(`${name}: ${oneLine(steps.get(name)!.sql)}`, `→ ${answers[at]!.replace(JOB_ID, '<job>')}`),
      );
      if (answers.includes(NO_ANSWER)) break;
    }
    output.push('');
    for (const session of sessions.values()) session.end();
  }
  for (const sql of script.teardown) await prepare(common, sql);
  return output.join('\n');
}

async function prepare(session: Session, sql: string): Promise<void> {
  let answer = '';
  for (let attempt = 0; attempt < SETUP_ATTEMPTS; attempt++) {
    answer = await session.answerOf(sql);
    if (!answer.startsWith('ERROR 40001')) break;
  }
  if (/^(?:ERROR|NO ANSWER)/.test(answer)) throw new Error(`${sql}: ${answer}`);
}

const oneLine = (sql: string): string => sql.trim().replace(/\s*\n\s*/g, ' ');
