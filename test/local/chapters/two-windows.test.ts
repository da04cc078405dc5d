import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CodedError } from '../../../src/base/errors';
import type { LocalCluster as RunningCluster } from '../../../src/local/cluster';
import type { WorkshopSession } from '../../../src/vscode/chapters/workshop-session';
import { openChapterWindow } from '../../support/chapter-windows';
import { startTestCluster } from '../../support/cluster';

const CHAPTER = '01-schema-and-transfer';

describe('two windows with the chapters of one cluster', function () {
  let cluster: RunningCluster;
  let storage: string;
  let bank: WorkshopSession;
  let orders: WorkshopSession;

  before(async () => {
    cluster = await startTestCluster();
    storage = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-windows-'));
    const shared = { cluster, storage, memento: new Map<string, unknown>() };
    bank = openChapterWindow(shared, { name: 'bank' });
    orders = openChapterWindow(shared, { name: 'orders' });
  });
  after(async () => {
    await bank?.close();
    await orders?.close();
    await cluster?.close();
    fs.rmSync(storage, { recursive: true, force: true });
  });

  const standing = async (session: WorkshopSession): Promise<string[]> => {
    const { steps } = await session.chapter(CHAPTER);
    return steps.map(({ id }) => `${id}: ${session.status(CHAPTER, id)}`);
  };

  it('that press Run at the same moment: one runs, the other is told which window is at it', async () => {
    const both = await Promise.allSettled(
      [bank, orders].map(session => session.execute({ slug: CHAPTER, activity: 'run' })),
    );
    const [ran, refused] = both[0]?.status === 'fulfilled' ? both : [...both].reverse();
    assert.deepEqual(ran, { status: 'fulfilled', value: true });
    assert.ok(refused?.status === 'rejected' && refused.reason instanceof CodedError);
    const runner = both[0] === ran ? 'bank' : 'orders';
    assert.equal(refused.reason.code, 'RUN_IN_OTHER_WINDOW');
    assert.equal(
      refused.reason.message,
      `“Schema and transfer” is running on this cluster in another window: ${runner}.`,
    );
  });

  it('agree in what is done once it was written, and the next may run', async () => {
    await Promise.all([bank.recordsChanged(), orders.recordsChanged()]);
    assert.ok((await standing(bank)).every(line => line.endsWith(': done')));
    assert.deepEqual(await standing(orders), await standing(bank));
    assert.equal(await orders.execute({ slug: CHAPTER, stepId: 'accounts', activity: 'reset' }), true);
    await bank.recordsChanged();
    assert.deepEqual(await standing(bank), await standing(orders));
    assert.equal(bank.status(CHAPTER, 'accounts'), 'pending');
    assert.equal(await bank.execute({ slug: CHAPTER, activity: 'run' }), true);
    await orders.recordsChanged();
    assert.ok((await standing(orders)).every(line => line.endsWith(': done')));
  });

  it('leave a step that was passed over in one of them as it is in the other', async () => {
    await bank.skip(CHAPTER, 'transfer');
    await bank.close();
    await orders.recordsChanged();
    assert.equal(orders.status(CHAPTER, 'transfer'), 'skipped');
  });

  it('take no heed of a window that was killed while it ran', async () => {
    const claim =
      fs
        .readdirSync(storage)
        .find(name => name.endsWith('.json'))
        ?.replace('.json', '.run') ?? '';
    const left = { id: 'gone', pid: process.pid, window: 'gone', chapter: 'x' };
    const file = path.join(storage, claim);
    fs.writeFileSync(file, JSON.stringify(left));
    await assert.rejects(orders.execute({ slug: CHAPTER, activity: 'run' }), { code: 'RUN_IN_OTHER_WINDOW' });
    const longAgo = new Date(Date.now() - 3_600_000);
    fs.utimesSync(file, longAgo, longAgo);
    assert.equal(await orders.execute({ slug: CHAPTER, stepId: 'accounts', activity: 'reset' }), true);
    fs.writeFileSync(file, JSON.stringify({ ...left, pid: 2 ** 30 }));
    assert.equal(await orders.execute({ slug: CHAPTER, stepId: 'accounts', activity: 'reset' }), true);
    assert.equal(fs.existsSync(file), false);
  });
});
