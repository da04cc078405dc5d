import assert from 'node:assert/strict';
import { Emitter } from '../../../src/base/events';
import { panelVisibility } from '../../../src/vscode/webviews/panel-visibility';

describe('the visibility of a panel', () => {
  it('is the panel’s own, and none once it is closed, when asking it throws', () => {
    const disposed = new Emitter<void>();
    let own: boolean | undefined = true;
    const isVisible = panelVisibility({
      get visible() {
        if (own === undefined) throw new Error('Webview is disposed');
        return own;
      },
      onDidDispose: listener => disposed.event(() => void listener()),
    });
    assert.equal(isVisible(), true);
    own = false;
    assert.equal(isVisible(), false);
    own = undefined;
    disposed.fire();
    assert.equal(isVisible(), false);
  });
});
