import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { LocalCluster } from '../../../src/local/cluster';
import { clientOptions, startTestCluster } from '../../support/cluster';
import { RecordingSession, type Protocol } from './session';

const FILE = path.resolve(__dirname, '../../fixtures/conformance/where-rules-meet.txt');

/** Several statements are a text of the simple protocol alone. */
const SIMPLE: Protocol[] = ['simple'];
const BOTH: Protocol[] = ['simple', 'extended'];

/** A case of the file, whose head says how it is written. */
interface Case {
  title: string;
  steps: { sql: string; answer: string }[];
}

function readCases(): Case[] {
  const cases: Case[] = [];
  let sql = '';
  for (const line of fs.readFileSync(FILE, 'utf8').split('\n')) {
    const text = line.replace(/^(?:##|>|=) /, '');
    if (line.startsWith('## ')) cases.push({ title: text, steps: [] });
    else if (line.startsWith('> ')) sql = text;
    else if (line.startsWith('= ')) cases.at(-1)!.steps.push({ sql, answer: text });
  }
  return cases;
}

describe('where rules meet', () => {
  const [setup, ...cases] = readCases();
  let cluster: LocalCluster;
  let session: RecordingSession;

  before(async () => {
    cluster = await startTestCluster();
    session = await RecordingSession.connect(await clientOptions(cluster.info));
    await assertAnswers(setup!, 'simple');
  });
  after(async () => {
    await session?.close();
    await cluster?.close();
  });

  async function assertAnswers({ steps }: Case, protocol: Protocol): Promise<void> {
    const answers: Case['steps'] = [];
    for (const { sql, answer } of steps) answers.push({ sql, answer: await answerTo(sql, protocol, answer) });
    await session.observe('ROLLBACK');
    assert.deepEqual(answers, steps);
  }

  /** The answer as the file writes it: with the last value where the expected one has it. */
  async function answerTo(sql: string, protocol: Protocol, expected: string): Promise<string> {
    if (sql === 'wait') return waitForJobs();
    const answer = await session.observe(sql, protocol);
    if (answer.outcome === 'error') return `${answer.sqlstate} ${answer.message}`;
    const results = answer.results ?? [answer];
    const tags = results.map(result => result.command_tag).join('; ');
    return expected.includes(' → ') ? `${tags} → ${results.at(-1)?.rows?.at(-1)?.at(-1)}` : tags;
  }

  async function waitForJobs(): Promise<string> {
    const unfinished = "SELECT job_id FROM sys.jobs WHERE status NOT IN ('completed', 'failed')";
    const { rows = [] } = await session.observe(unfinished);
    for (const [id] of rows) await session.observe(`CALL sys.wait_for_job('${id}')`);
    return 'CALL';
  }

  for (const each of cases)
    for (const protocol of each.title.startsWith('texts of several') ? SIMPLE : BOTH)
      it(`${each.title}, over the ${protocol} protocol`, () => assertAnswers(each, protocol));
});
