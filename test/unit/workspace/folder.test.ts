import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadChapters } from '../../../src/node/chapters/load';
import {
  createCodeFolder,
  filesBelow,
  findCodeFolder,
  openCodeFolder,
  sourcesOf,
} from '../../../src/node/workspace/folder';
import { applySolution, stepCode, undoSolution } from '../../../src/node/workspace/step-code';

describe('a workshop folder', () => {
  let root: string;
  let directory: string;
  const read = (file: string) => fs.readFileSync(path.join(directory, file), 'utf8');
  const write = (file: string, text: string) => fs.writeFileSync(path.join(directory, file), text);
  const chapters = loadChapters();
  const chapterAt = (number: number) => chapters.find(chapter => chapter.number === number)!;
  const stepOf = (number: number, id: string) => chapterAt(number).steps.find(step => step.id === id)!;
  const now = new Date('2026-11-21T08:00:00Z');

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-code-'));
    directory = path.join(root, 'bank');
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  it('is made of the starter kit and found again by its marker', () => {
    const { folder, written } = createCodeFolder(directory, false);
    assert.deepEqual(filesBelow(directory), [...written].sort());
    assert.ok(
      written.includes('.gitignore') && written.includes('lambda/index.ts') && written.includes('tsconfig.json'),
    );
    for (const file of ['infra/cdk/bin/workshop.ts', 'infra/cdk/cdk.json', 'infra/terraform/single-region/main.tf'])
      assert.ok(written.includes(file), file);
    assert.deepEqual(openCodeFolder(directory), folder);
    assert.deepEqual(folder.functions, { greeter: 'lambda', transfer: 'lambda' });
    assert.equal(findCodeFolder(root), undefined);
    assert.throws(() => openCodeFolder(root), { code: 'CODE_FOLDER_UNKNOWN' });
  });

  it('never overwrites: files in the way are named, and only missing ones are added on request', () => {
    fs.mkdirSync(path.join(directory, 'lambda'), { recursive: true });
    write('lambda/index.ts', 'mine');
    assert.throws(
      () => createCodeFolder(directory, false),
      (error: { code?: string; message?: string }) => {
        assert.equal(error.code, 'CODE_FOLDER_NOT_EMPTY');
        assert.match(error.message ?? '', /lambda\/index\.ts/);
        return true;
      },
    );
    assert.deepEqual(filesBelow(directory), ['lambda/index.ts']);
    const { written } = createCodeFolder(directory, true);
    assert.equal(read('lambda/index.ts'), 'mine');
    assert.ok(!written.includes('lambda/index.ts') && written.includes('package.json'));
  });

  it('says where nothing can be written, for the starter kit as for a solution and for what it replaced', () => {
    const file = path.join(root, 'file');
    fs.writeFileSync(file, '');
    assert.throws(() => createCodeFolder(path.join(file, 'bank'), false), {
      code: 'CODE_FOLDER_NOT_WRITABLE',
      message: /^nothing can be written into .*bank: E[A-Z]+: [a-z ]+$/,
    });
    // Linux takes no folder there, which Node's own making of several asks for without end
    if (process.platform === 'linux')
      assert.throws(() => createCodeFolder('/proc/bank', false), {
        code: 'CODE_FOLDER_NOT_WRITABLE',
        message: 'nothing can be written into /proc/bank: ENOENT: no such file or directory',
      });
    const { folder } = createCodeFolder(directory, false);
    write('.dsql-workshop', 'a file in the way');
    const mine = read('lambda/index.ts');
    assert.throws(() => applySolution(folder, chapterAt(1), stepOf(1, 'transfer-denied'), now), {
      code: 'CODE_FOLDER_NOT_WRITABLE',
    });
    assert.equal(read('lambda/index.ts'), mine);
    fs.rmSync(path.join(directory, '.dsql-workshop'));
    applySolution(folder, chapterAt(1), stepOf(1, 'transfer-denied'), now);
    write('.dsql-workshop/applied/earlier', 'a file in the way');
    assert.throws(() => undoSolution(folder, chapterAt(1), stepOf(1, 'transfer-denied'), now, false), {
      code: 'CODE_FOLDER_NOT_WRITABLE',
    });
  });

  it("takes the place of a chapter's own code, and of nothing else", () => {
    const { folder } = createCodeFolder(directory, false);
    const sources = sourcesOf(() => folder);
    assert.deepEqual(sources.directoryFor(chapterAt(1), 'lambda', 'transfer'), {
      directory: path.join(directory, 'lambda'),
      own: true,
    });
    assert.equal(sources.directoryFor(chapterAt(2), '../01-schema-and-transfer/lambda', 'transfer'), undefined);
    assert.equal(sources.directoryFor(chapterAt(1), 'lambda', 'orders'), undefined);
  });

  it('that cannot be read is no reason to deploy the code of the chapter', () => {
    fs.mkdirSync(path.join(directory, 'dsql-workshop.json'), { recursive: true });
    const sources = sourcesOf(() => findCodeFolder(directory));
    assert.throws(() => sources.directoryFor(chapterAt(1), 'lambda', 'transfer'), {
      code: 'CODE_FOLDER_MALFORMED',
      message: /dsql-workshop\.json: EISDIR/,
    });
    assert.equal(sources.directoryFor(chapterAt(2), '../01-schema-and-transfer/lambda', 'transfer'), undefined);
  });

  it('gets a solution and gives it back byte for byte, new files too', () => {
    const { folder } = createCodeFolder(directory, false);
    const mine = `// mine\r\n${read('lambda/index.ts')}`;
    write('lambda/index.ts', mine);
    const chapter = chapterAt(2);
    const step = stepOf(2, 'with-retries');
    const before = stepCode(folder, chapter, step);
    assert.deepEqual(
      before.changes.map(change => change.path),
      ['index.ts', 'retry.ts'],
    );
    assert.equal(before.applied, false);
    assert.deepEqual(applySolution(folder, chapter, step, now), ['index.ts', 'retry.ts']);
    assert.equal(read('lambda/retry.ts'), fs.readFileSync(path.join(chapter.directory, 'lambda/retry.ts'), 'utf8'));
    const applied = stepCode(folder, chapter, step);
    assert.deepEqual([applied.changes, applied.applied], [[], true]);
    assert.deepEqual(
      applySolution(folder, chapter, step, now),
      [],
      'applied twice, it changes nothing and forgets nothing',
    );
    undoSolution(folder, chapter, step, now, false);
    assert.equal(read('lambda/index.ts'), mine);
    assert.equal(fs.existsSync(path.join(directory, 'lambda/retry.ts')), false);
    assert.throws(() => undoSolution(folder, chapter, step, now, false), {
      code: 'NOTHING_APPLIED',
      message: `no solution of the step "${step.title}" was applied that could be undone`,
    });
  });

  it('asks before it undoes what was edited since, and keeps the edit aside', () => {
    const { folder } = createCodeFolder(directory, false);
    const original = read('lambda/index.ts');
    const [chapter, step] = [chapterAt(1), stepOf(1, 'transfer-denied')];
    applySolution(folder, chapter, step, now);
    write('lambda/index.ts', 'edited');
    assert.throws(() => undoSolution(folder, chapter, step, now, false), { code: 'EDITED_SINCE_APPLIED' });
    assert.equal(read('lambda/index.ts'), 'edited');
    undoSolution(folder, chapter, step, now, true);
    assert.equal(read('lambda/index.ts'), original);
    const kept = path.join(directory, '.dsql-workshop/replaced');
    assert.equal(fs.readFileSync(path.join(kept, fs.readdirSync(kept)[0]!, 'index.ts'), 'utf8'), 'edited');
  });

  it('takes nothing back that a tampered backup places outside of the code', () => {
    const { folder } = createCodeFolder(directory, false);
    const [chapter, step] = [chapterAt(1), stepOf(1, 'transfer-denied')];
    applySolution(folder, chapter, step, now);
    const applied = path.join(directory, '.dsql-workshop/applied');
    const file = path.join(applied, fs.readdirSync(applied)[0]!);
    for (const relative of ['../escaped.txt', '/tmp/escaped.txt', 'a/../../escaped.txt', 'C:\\escaped.txt']) {
      fs.writeFileSync(file, JSON.stringify({ changes: [{ path: relative, before: 'x', after: 'y' }] }));
      assert.throws(() => undoSolution(folder, chapter, step, now, true), { code: 'BACKUP_MALFORMED' });
    }
    assert.equal(fs.existsSync(path.join(directory, 'escaped.txt')), false);
    fs.writeFileSync(file, '{');
    assert.throws(() => undoSolution(folder, chapter, step, now, true), { code: 'BACKUP_MALFORMED' });
  });

  it('keeps the text of a linked file, which a solution replaces', function () {
    if (process.platform === 'win32') this.skip();
    const { folder } = createCodeFolder(directory, false);
    const [chapter, step] = [chapterAt(2), stepOf(2, 'with-retries')];
    write('shared.ts', '// shared');
    fs.symlinkSync('../shared.ts', path.join(directory, 'lambda/retry.ts'));
    applySolution(folder, chapter, step, now);
    assert.equal(read('shared.ts'), '// shared', 'what a link points to is not written');
    undoSolution(folder, chapter, step, now, false);
    assert.equal(read('lambda/retry.ts'), '// shared');
  });

  it('has no code for a step that deploys none', () => {
    const { folder } = createCodeFolder(directory, false);
    assert.throws(() => stepCode(folder, chapterAt(1), stepOf(1, 'accounts')), { code: 'STEP_WITHOUT_CODE' });
  });
});
