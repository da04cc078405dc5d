import assert from 'node:assert/strict';
import { DEFAULT_FORM } from '../../../src/core/stress-view/form';
import { PresetStore } from '../../../src/vscode/stress/preset-store';

/** What the editor keeps for all windows of a user. */
function sharedState() {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: <T>(key: string, otherwise?: T) => (kept.get(key) as T | undefined) ?? otherwise,
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
}

const unkept = (error: unknown): void => assert.fail(String(error));

describe('the stress form of a window', () => {
  it('stays as it was filled in there while another window fills in its own, and is the next window’s', () => {
    const state = sharedState();
    const [here, elsewhere] = [new PresetStore(state, unkept), new PresetStore(state, unkept)];
    here.keepDraft({ ...DEFAULT_FORM, name: 'here' }, 'mine');
    elsewhere.keepDraft({ ...DEFAULT_FORM, name: 'elsewhere' }, undefined);
    assert.deepEqual([here.draft.form.name, here.draft.presetId], ['here', 'mine']);
    assert.deepEqual([elsewhere.draft.form.name, elsewhere.draft.presetId], ['elsewhere', undefined]);
    assert.equal(new PresetStore(state, unkept).draft.form.name, 'elsewhere');
  });

  it('holds though the editor cannot keep it for the next window, which is told', async () => {
    const told = new Promise(resolve => {
      const full = { ...sharedState(), update: () => Promise.reject(new Error('the disk is full')) };
      const presets = new PresetStore(full, resolve);
      presets.keepDraft({ ...DEFAULT_FORM, name: 'here' }, undefined);
      assert.equal(presets.draft.form.name, 'here');
    });
    assert.match(String(await told), /the disk is full/);
  });
});
