import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Closeable } from '../../../src/base/lifecycle';
import type { ChapterPorts } from '../../../src/core/chapters/contract';
import { ChapterRunner } from '../../../src/core/chapters/runner';
import { prepareFor } from '../../../src/core/chapters/preparation';
import { invocationLog } from '../../../src/core/lambda/invocation-log';
import type { LocalCluster } from '../../../src/local/cluster';
import { loadChapters } from '../../../src/node/chapters/load';
import { createChapterPorts } from '../../../src/node/chapters/ports';
import { localTarget } from '../../../src/node/target-local';
import { createCodeFolder, sourcesOf } from '../../../src/node/workspace/folder';
import { applySolution } from '../../../src/node/workspace/step-code';
import { startTestCluster } from '../../support/cluster';

const BREAK = "import { word } from './word';\n\nexport const handler = async () => {\n  throw new Error(word);\n};\n";

/** A learner's folder on a real cluster: its code is what chapters deploy and test. */
describe("the learner's own code", () => {
  let cluster: LocalCluster;
  let ports: ChapterPorts & Closeable;
  let root: string;
  const chapters = loadChapters();
  const chapter = chapters.find(({ number }) => number === 1)!;
  const step = (id: string) => chapter.steps.find(candidate => candidate.id === id)!;
  const write = (file: string, text: string) => fs.writeFileSync(path.join(root, 'lambda', file), text);

  before(async () => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-own-'));
    const { folder } = createCodeFolder(root, true);
    cluster = await startTestCluster();
    ports = createChapterPorts(
      localTarget(cluster.info),
      () => assert.fail('no stress run'),
      sourcesOf(() => folder),
    );
  });
  after(async () => {
    await ports?.close();
    await cluster?.close();
    if (root) fs.rmSync(root, { recursive: true, force: true });
  });

  it('is deployed by the chapter, and its checks judge it: the starter kit moves no money', async () => {
    const runnerOf = (one: (typeof chapters)[number]) => new ChapterRunner(one, ports);
    await prepareFor(chapter, chapters, runnerOf, new AbortController().signal);
    const runner = runnerOf(chapter);
    await runner.runStep('accounts');
    const denied = await runner.runStep('transfer-denied');
    const [deployed] = denied.actions;
    assert.ok(deployed?.result.type === 'text' && deployed.result.text.includes(path.join(root, 'lambda')));
    assert.equal(denied.status, 'failed', 'the greeter answers no permission error');
  });

  it('passes with the solution applied, and a broken promise is named when it is broken', async () => {
    const { folder } = createCodeFolder(root, true);
    applySolution(folder, chapter, step('transfer-denied'), new Date());
    const runner = new ChapterRunner(chapter, ports);
    assert.equal((await runner.runStep('transfer-denied')).status, 'done');
    for (const id of ['grants', 'transfer', 'insufficient-funds'])
      assert.equal((await runner.runStep(id)).status, 'done', id);
    assert.equal((await runner.runStep('promises')).status, 'done');
    const file = path.join(root, 'lambda/index.ts');
    const code = fs.readFileSync(file, 'utf8');
    const careless = code.replace("if (balance < 0) throw new Error('Insufficient balance');", '');
    assert.notEqual(careless, code);
    fs.writeFileSync(file, careless);
    const [deploy] = step('transfer-denied').actions;
    assert.equal(deploy?.type, 'deploy');
    await ports.lambda.deploy({
      name: 'transfer',
      directory: path.join(root, 'lambda'),
      environment: { CLUSTER_ENDPOINT: cluster.info.endpoint },
      roleArn: cluster.info.lambdaRole.arn,
    });
    const judged = await runner.check('promises');
    assert.notEqual(judged.status, 'done');
    assert.match(judged.checks[0]!.actual, /Insufficient funds change nothing.*101 was taken from an account with 100/);
  });

  it("fails with a stack that leads to the learner's own lines", async () => {
    write('index.ts', BREAK);
    write('word.ts', '// a comment that the bundle does not have\n\nexport const word = "broken on purpose";\n');
    await ports.lambda.deploy({
      name: 'transfer',
      directory: path.join(root, 'lambda'),
      environment: { CLUSTER_ENDPOINT: cluster.info.endpoint },
      roleArn: cluster.info.lambdaRole.arn,
    });
    const invocation = await ports.lambda.invoke('transfer', {}, { tailLog: true });
    const lines = invocationLog('transfer', invocation, path.join(root, 'lambda')).join('\n');
    assert.ok(lines.includes(`${path.join(root, 'lambda', 'index.ts')}:4:9`), lines);
    assert.match(lines, /broken on purpose/);
    assert.match(lines, /REPORT RequestId/);
  });
});
