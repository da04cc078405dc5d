import assert from 'node:assert/strict';
import { chapterCalls, chapterFunctions, executionCalls } from '../../../src/core/aws/chapter-policy';
import { charactersOf, MAX_POLICY_CHARACTERS, policyOf } from '../../../src/core/aws/policy';
import type { Action, Chapter, ChapterPorts, Check } from '../../../src/core/chapters/contract';
import { ChapterMemory } from '../../../src/core/chapters/memory';
import { perform } from '../../../src/core/chapters/perform';
import { verify } from '../../../src/core/chapters/verify';
import { loadChapters } from '../../../src/node/chapters/load';
import { allows } from '../../support/policy-evaluation';
import { recordingPorts } from '../../support/chapter-ports';

const KNOWN = { account: '123456789012', region: 'us-east-1', cluster: 'c', role: 'fn' };
const CLUSTER = 'arn:aws:dsql:us-east-1:123456789012:cluster/c';
const PREFIX = 'dsql-workshop-';
const library = loadChapters();
const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:123456789012:function:${PREFIX}${name}`;

/** Ports that answer with nothing of use, and keep what IAM would be asked. An action that fails on it has asked for something by then. */
function asking(): { ports: ChapterPorts; asked: { action: string; resource: string }[] } {
  const asked: { action: string; resource: string }[] = [];
  const ask = (action: string, resource: string = CLUSTER): void => void asked.push({ action, resource });
  const recording = recordingPorts();
  const sql = (as = 'admin', user = 'admin'): void => {
    if (as === 'lambda') ask('sts:AssumeRole', 'arn:aws:iam::123456789012:role/fn');
    else ask(user === 'admin' ? 'dsql:DbConnectAdmin' : 'dsql:DbConnect');
  };
  const { database, lambda, bank, stress } = recording;
  return {
    asked,
    ports: {
      ...recording,
      mintToken: (as, user) => (sql(as, user), recording.mintToken(as, user)),
      database: {
        query: (text, options) => (sql(options?.as, options?.user), database.query(text, options)),
        rolledBack: (texts, options) => (sql(options?.as, options?.user), database.rolledBack(texts, options)),
      },
      lambda: {
        deploy: source => (ask('lambda:CreateFunction', functionArn(source.name)), lambda.deploy(source)),
        invoke: (name, payload) => (ask('lambda:InvokeFunction', functionArn(name)), lambda.invoke(name, payload)),
        remove: name => (ask('lambda:DeleteFunction', functionArn(name)), lambda.remove(name)),
        exists: name => (ask('lambda:GetFunctionConfiguration', functionArn(name)), lambda.exists(name)),
      },
      sessions: { ...recording.sessions, open: () => (sql(), recording.sessions.open()) },
      stress: {
        run: (plan, ...rest) => {
          const { workload } = plan;
          if (workload.type === 'lambda-transfer') ask('lambda:InvokeFunction', functionArn(workload.functionName));
          sql();
          return stress.run(plan, ...rest);
        },
      },
      bank: {
        loadAccounts: (...args) => (sql(), bank.loadAccounts(...args)),
        audit: () => (sql(), bank.audit()),
      },
    },
  };
}

async function asksOf(items: readonly { action?: Action; check?: Check }[], directory: string) {
  const { ports, asked } = asking();
  const memory = new ChapterMemory(ports.variables);
  const figure = (): number => 1;
  for (const { action, check } of items) {
    // jobs that never come are waited for: one look is enough
    const signal = action?.type === 'wait-for-jobs' ? AbortSignal.timeout(50) : new AbortController().signal;
    const stage = { ports, memory, directory, figure, progress: () => undefined, signal };
    if (action) await perform(action, stage).catch(() => undefined);
    if (check) await verify(check, stage);
  }
  return asked;
}

const itemsOf = (chapter: Chapter) =>
  chapter.steps.flatMap(({ actions, checks, undo }) => [
    ...actions.map(action => ({ action })),
    ...checks.map(check => ({ check })),
    ...undo.map(action => ({ action })),
  ]);

describe("policies of the workshop's chapters", () => {
  for (const chapter of library)
    it(`${chapter.slug}: allows what its actions and checks ask for`, async () => {
      const policy = policyOf(chapterCalls(chapter, { library, functionPrefix: PREFIX }), KNOWN);
      const asked = await asksOf(itemsOf(chapter), chapter.directory);
      assert.ok(asked.length > 0);
      const context = { 'aws:RequestTag/created-by': 'dsql-workshop' };
      for (const request of asked) assert.ok(allows(policy, { ...request, context }), JSON.stringify(request));
      assert.ok(charactersOf(policy) < MAX_POLICY_CHARACTERS);
    });

  it('a chapter of SQL alone needs to connect, and no more', () => {
    const lab = library.find(({ slug }) => slug === '09-covering-index')!;
    assert.deepEqual(
      policyOf(chapterCalls(lab, { library }), KNOWN).Statement.map(({ Action, Resource }) => [Action, Resource]),
      [[['dsql:DbConnectAdmin'], [CLUSTER]]],
    );
    assert.deepEqual(executionCalls(chapterFunctions(lab, { library })), []);
  });

  it('what runs in a function may connect as its role and log, and is no admin', () => {
    const first = library[0]!;
    const names = chapterFunctions(first, { library, functionPrefix: PREFIX });
    assert.deepEqual(names, ['dsql-workshop-greeter']);
    const logs = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/dsql-workshop-greeter';
    assert.deepEqual(
      policyOf(executionCalls(names), KNOWN).Statement.map(({ Action, Resource }) => [Action, Resource]),
      [
        [['dsql:DbConnect'], [CLUSTER]],
        [['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], [`${logs}:*`]],
      ],
    );
  });

  it('nobody may be given a role but Lambda, and no policy names an action it does not need', () => {
    for (const chapter of library) {
      const calls = chapterCalls(chapter, { library });
      const needed = new Set(calls.flatMap(call => [call, ...(call.also ?? [])]).flatMap(({ actions }) => actions));
      for (const { Action, Condition } of policyOf(calls, KNOWN).Statement) {
        for (const action of Action) assert.ok(needed.has(action), action);
        if (Action.includes('iam:PassRole'))
          assert.deepEqual(Condition, { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } });
      }
    }
  });
});
