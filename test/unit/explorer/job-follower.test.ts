import assert from 'node:assert/strict';
import type { JobInfo } from '../../../src/core/catalog/model';
import { JobFollower } from '../../../src/vscode/explorer/job-follower';

const job = (id: string, status: string): JobInfo => ({ id, status, type: 'INDEX_BUILD', objectId: '1' });

/** A follower whose timer fires when told to. */
function follow() {
  const state = { visible: true, jobs: [] as JobInfo[], failing: false, asked: 0 };
  let due: (() => void) | undefined;
  const follower = new JobFollower({
    jobs: () => {
      state.asked++;
      return state.failing ? Promise.reject(new Error('gone')) : Promise.resolve(state.jobs);
    },
    isVisible: () => state.visible,
    setTimer: run => {
      due = run;
      return { dispose: () => (due = undefined) };
    },
  });
  const ended: string[] = [];
  follower.onDidEnd(({ job: { id, status } }) => ended.push(`${id} ${status}`));
  const tick = async (): Promise<boolean> => {
    const run = due;
    due = undefined;
    run?.();
    await new Promise(resolve => setImmediate(resolve));
    return run !== undefined;
  };
  return { follower, state, ended, tick };
}

describe('following jobs', () => {
  it('looks until the running ones have ended, and says which did', async () => {
    const { follower, state, ended, tick } = follow();
    follower.note('local', [job('a', 'submitted'), job('b', 'processing'), job('c', 'completed')]);
    state.jobs = [job('a', 'processing'), job('b', 'failed'), job('c', 'completed')];
    assert.equal(await tick(), true);
    assert.deepEqual(ended, ['b failed']);
    state.jobs = [job('a', 'completed'), job('b', 'failed')];
    assert.equal(await tick(), true);
    assert.deepEqual(ended, ['b failed', 'a completed']);
    assert.equal(await tick(), false);
    assert.equal(state.asked, 2);
  });

  it('asks nothing when no job runs', async () => {
    const { follower, state, tick } = follow();
    follower.note('local', [job('a', 'completed')]);
    assert.equal(await tick(), false);
    assert.equal(state.asked, 0);
  });

  it('asks nothing while the tree is hidden, and goes on when it is seen', async () => {
    const { follower, state, ended, tick } = follow();
    follower.note('local', [job('a', 'processing')]);
    state.visible = false;
    assert.equal(await tick(), true);
    assert.equal(await tick(), false);
    assert.equal(state.asked, 0);
    state.visible = true;
    follower.resume();
    state.jobs = [job('a', 'completed')];
    assert.equal(await tick(), true);
    assert.deepEqual(ended, ['a completed']);
  });

  it('hands over what it has read once, and lets a cluster go that is gone', async () => {
    const { follower, state, tick } = follow();
    follower.note('local', [job('a', 'processing')]);
    state.jobs = [job('a', 'processing')];
    await tick();
    assert.deepEqual(follower.take('local'), state.jobs);
    assert.equal(follower.take('local'), undefined);
    state.failing = true;
    await tick();
    assert.equal(await tick(), false);
  });
});
