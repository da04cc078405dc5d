import assert from 'node:assert/strict';
import { LastDeployed } from '../../../src/vscode/functions/last-deployed';

/** What the editor keeps for all windows of a user. */
function state(before?: unknown) {
  let kept: unknown = before;
  return {
    get: () => kept,
    update: async (_key: string, value: unknown) => void (kept = structuredClone(value)),
  };
}

describe('the function that a folder was last deployed to', () => {
  it('is known to the next window, also where two windows wrote', async () => {
    const memento = state();
    const [here, elsewhere] = [new LastDeployed(memento), new LastDeployed(memento)];
    assert.equal(here.from('/bank/lambda'), undefined);
    await here.keep('/bank/lambda', 'transfer');
    await elsewhere.keep('/orders/lambda', 'orders');
    await here.keep('/bank/lambda', 'greeter');
    const next = new LastDeployed(memento);
    assert.deepEqual([next.from('/bank/lambda'), next.from('/orders/lambda')], ['greeter', 'orders']);
  });

  it('is forgotten of folders long not deployed from, and of what is not its own', async () => {
    const memento = state([['/old', 'old'], 'nonsense', [1, 2]]);
    const last = new LastDeployed(memento);
    assert.equal(last.from('/old'), 'old');
    for (let at = 0; at < 50; at++) await last.keep(`/folder-${at}`, 'transfer');
    assert.equal(last.from('/old'), undefined);
    assert.equal(last.from('/folder-0'), 'transfer');
  });
});
