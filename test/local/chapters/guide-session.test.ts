import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { foreignTableText } from '../../../src/core/chapters/foreign-tables';
import type { LocalCluster as RunningCluster } from '../../../src/local/cluster';
import type { SessionContext, WorkshopSession } from '../../../src/vscode/chapters/workshop-session';
import { openChapterWindow } from '../../support/chapter-windows';
import { connect, startTestCluster } from '../../support/cluster';

const CHAPTER = '01-schema-and-transfer';

describe('the chapters of a window on a real cluster', () => {
  let cluster: RunningCluster;
  let storage: string;
  let admin: pg.Client;
  const memento = new Map<string, unknown>();
  const open: WorkshopSession[] = [];

  before(async () => {
    cluster = await startTestCluster();
    storage = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-guide-'));
    admin = await connect(cluster.info);
  });
  after(async () => {
    for (const session of open) await session.close();
    await admin?.end();
    await cluster?.close();
    fs.rmSync(storage, { recursive: true, force: true });
  });

  function openWindow(mayDrop?: SessionContext['mayDrop']): WorkshopSession {
    const session = openChapterWindow({ cluster, storage, memento }, { mayDrop });
    open.push(session);
    return session;
  }

  async function until(what: string, holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!holds()) {
      assert.ok(Date.now() < deadline, `${what} never came`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  const quiet = (session: WorkshopSession) =>
    until('quiet', () => !session.isChecking && session.record(CHAPTER, 'accounts').verified);

  /** A statement as somebody beside the window runs it: whoever meets the schema change of a run tries again. */
  async function query(sql: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await admin.query(sql);
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== '40001' || attempt === 5) throw error;
      }
    }
  }

  it('opens a chapter that nothing was done of as open, though some of its checks hold by nature', async () => {
    const session = openWindow();
    const { steps } = await session.chapter(CHAPTER);
    let told = false;
    session.onDidChange(() => (told ||= session.isChecking));
    await session.check(CHAPTER);
    await quiet(session);
    assert.ok(told, 'who asks for a check is told that it is under way');
    assert.deepEqual(
      steps.map(({ id }) => session.status(CHAPTER, id)),
      steps.map(() => 'pending'),
    );
    assert.equal(session.record(CHAPTER, 'one-ddl').note, 'holds-already');
    await session.close();
  });

  it('runs, keeps what was done over a restart, and says first that it was done earlier', async () => {
    const session = openWindow();
    assert.equal(await session.execute({ slug: CHAPTER, activity: 'run' }), true);
    await session.close();
    const again = openWindow();
    const { steps } = await again.chapter(CHAPTER);
    for (const { id } of steps) {
      assert.equal(again.status(CHAPTER, id), 'done');
      assert.equal(again.record(CHAPTER, id).verified, false);
    }
    assert.ok(again.record(CHAPTER, 'transfer').actions.length > 0, 'the results are there again');
    await again.watch(CHAPTER);
    await until('the truth', () => steps.every(({ id }) => again.record(CHAPTER, id).verified));
    for (const { id } of steps) assert.equal(again.status(CHAPTER, id), 'done', id);
    await again.close();
  });

  it('runs a step again, and knows those after it as undone with it', async () => {
    const session = openWindow();
    const { steps } = await session.chapter(CHAPTER);
    const first = steps[0]!.id;
    await session.execute({ slug: CHAPTER, stepId: first, activity: 'run' });
    assert.deepEqual(
      steps.filter(({ id }) => session.status(CHAPTER, id) === 'done').map(({ id }) => id),
      [first],
    );
    assert.equal(await session.execute({ slug: CHAPTER, activity: 'run' }), true);
    for (const { id } of steps) assert.equal(session.status(CHAPTER, id), 'done', id);
    await session.close();
  });

  it('tells after a restart what is no longer so', async () => {
    await query('UPDATE accounts SET balance = balance + 1 WHERE id = 1');
    const session = openWindow();
    await session.watch(CHAPTER);
    await until('the truth', () => session.record(CHAPTER, 'insufficient-funds').verified);
    assert.equal(session.status(CHAPTER, 'insufficient-funds'), 'pending');
    assert.equal(session.record(CHAPTER, 'insufficient-funds').note, 'lapsed');
    assert.equal(session.status(CHAPTER, 'grants'), 'done');
    // and back again, without a run
    await query('UPDATE accounts SET balance = balance - 1 WHERE id = 1');
    session.stateChanged();
    await until('it is done again', () => session.status(CHAPTER, 'insufficient-funds') === 'done');
    assert.equal(session.record(CHAPTER, 'insufficient-funds').note, undefined);
    await session.close();
  });

  it('sees a step done that somebody did by hand', async () => {
    const session = openWindow();
    await session.watch(CHAPTER);
    await session.execute({ slug: CHAPTER, stepId: 'accounts', activity: 'reset' });
    await until('it is open', () => session.record(CHAPTER, 'accounts').seenOpen);
    assert.equal(session.status(CHAPTER, 'accounts'), 'pending');
    await query('CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL)');
    await query('INSERT INTO accounts SELECT id, 100 FROM generate_series(1, 100) AS id');
    session.stateChanged();
    await until('it is done', () => session.status(CHAPTER, 'accounts') === 'done');
    await session.close();
  });

  it('passes over a step, keeps that, and takes it up again', async () => {
    const session = openWindow();
    await session.skip(CHAPTER, 'one-ddl');
    await session.close();
    const again = openWindow();
    await again.chapters();
    assert.equal(again.status(CHAPTER, 'one-ddl'), 'skipped');
    await again.skip(CHAPTER, 'one-ddl', false);
    assert.equal(again.status(CHAPTER, 'one-ddl'), 'pending');
    await again.close();
  });

  it('says of a step that the window was closed in the middle of that it was interrupted, and undoes what it left', async () => {
    const session = openWindow();
    assert.equal(await session.execute({ slug: CHAPTER, activity: 'run' }), true);
    await session.execute({ slug: CHAPTER, stepId: 'transfer', activity: 'reset' });
    let closing: Promise<void> | undefined;
    session.onDidChange(() => {
      const { status, actions } = session.record(CHAPTER, 'transfer');
      if (status === 'running' && actions.length > 0) closing ??= session.close();
    });
    await assert.rejects(session.execute({ slug: CHAPTER, activity: 'run' }), { code: 'CANCELLED' });
    assert.ok(closing);
    await closing;
    const again = openWindow();
    await again.chapters();
    const { status, interrupted } = again.record(CHAPTER, 'transfer');
    assert.deepEqual([status, interrupted], ['pending', true]);
    // ten were moved already: the run moves them back first
    assert.equal(await again.execute({ slug: CHAPTER, activity: 'run' }), true);
    assert.equal(again.record(CHAPTER, 'transfer').interrupted, undefined);
    await again.close();
  });

  it('excuses an earlier step whose state a later chapter has changed', async () => {
    const session = openWindow();
    assert.equal(await session.execute({ slug: CHAPTER, activity: 'run' }), true);
    assert.equal(
      await session.execute({ slug: '02-stress-and-occ-retries', stepId: 'thousand-accounts', activity: 'run' }),
      true,
    );
    await session.watch(CHAPTER);
    await until('it is built over', () => session.record(CHAPTER, 'insufficient-funds').note === 'built-over');
    assert.equal(session.status(CHAPTER, 'insufficient-funds'), 'done');
    const { checks } = session.record(CHAPTER, 'insufficient-funds');
    assert.ok(checks.length > 0 && checks.every(({ held }) => held), 'its checks are shown as they were');
    await session.close();
  });

  it('asks before it drops a table that no chapter made, and drops none where it may not', async () => {
    await query('DROP TABLE IF EXISTS wallets');
    await query('CREATE TABLE wallets (id text PRIMARY KEY, currency text NOT NULL)');
    await query("INSERT INTO wallets VALUES ('mine', 'EUR')");
    const asked: string[][] = [];
    let answer = false;
    const session = openWindow(tables => {
      asked.push(tables.map(foreignTableText));
      return Promise.resolve(answer);
    });
    const request = { slug: '07-unknown-commit', activity: 'run' } as const;
    for (const activity of ['run', 'reset'] as const)
      await assert.rejects(session.execute({ ...request, activity }), { code: 'CANCELLED' });
    assert.deepEqual((await admin.query('SELECT * FROM wallets')).rows, [{ id: 'mine', currency: 'EUR' }]);
    answer = true;
    assert.equal(await session.execute(request), true);
    assert.deepEqual(asked, Array(3).fill(['wallets (id text, currency text)']));
    // now it is the workshop's
    assert.equal(await session.execute(request), true);
    assert.equal(await session.execute({ ...request, activity: 'reset' }), true);
    assert.equal(asked.length, 3);
    await session.close();
  });

  it('asks for tables of what a chapter builds on, and not for those of steps that are left alone', async () => {
    await query('DROP TABLE IF EXISTS accounts');
    await query('CREATE TABLE accounts (id uuid PRIMARY KEY, balance numeric)');
    await query('CREATE TABLE fees (id bigint PRIMARY KEY)');
    const asked: string[][] = [];
    const session = openWindow(tables => {
      asked.push(tables.map(({ name }) => name));
      return Promise.resolve(false);
    });
    const later = { slug: '02-stress-and-occ-retries', stepId: 'without-retries', activity: 'run' } as const;
    await assert.rejects(session.execute(later), { code: 'CANCELLED' });
    assert.deepEqual(asked, [['accounts']]);
    await session.execute({ slug: '07-unknown-commit', stepId: 'wallets', activity: 'reset' });
    assert.equal(asked.length, 1);
    await query('DROP TABLE accounts');
    await query('DROP TABLE fees');
    await session.close();
  });

  it('starts afresh on a file that is not what was written', async () => {
    for (const file of fs.readdirSync(storage)) fs.writeFileSync(path.join(storage, file), '{"version":1,"clusterId":');
    const session = openWindow();
    const { steps } = await session.chapter(CHAPTER);
    for (const { id } of steps) assert.equal(session.status(CHAPTER, id), 'pending');
    await session.close();
  });
});
