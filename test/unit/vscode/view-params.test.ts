import assert from 'node:assert/strict';
import { flagParam, namedPlanParam, placeParam, textParam } from '../../../src/vscode/webviews/view-params';

describe('what a webview sends', () => {
  it('is taken where it is of its form', () => {
    assert.equal(textParam({ slug: 'x' }, 'slug'), 'x');
    assert.equal(flagParam({ on: false }, 'on'), false);
    assert.equal(placeParam({ at: 0 }, 'at'), 0);
    assert.deepEqual(namedPlanParam({ before: { title: 't', text: 'p', more: 1 } }, 'before'), {
      title: 't',
      text: 'p',
    });
  });

  const wrong: [string, () => unknown][] = [
    ['no params', () => textParam(undefined, 'slug')],
    ['an empty text', () => textParam({ slug: '' }, 'slug')],
    ['a text that is too long', () => textParam({ slug: 'xx' }, 'slug', 1)],
    ['a number for a text', () => textParam({ slug: 1 }, 'slug')],
    ['a text for a flag', () => flagParam({ slug: 'true' }, 'slug')],
    ['a place before the first', () => placeParam({ slug: -1 }, 'slug')],
    ['a place between two', () => placeParam({ slug: 0.5 }, 'slug')],
  ];
  for (const [what, read] of wrong)
    it(`is refused for ${what}, in words that fit every view`, () =>
      assert.throws(read, { code: 'BAD_REQUEST', message: 'The view sent no valid "slug".' }));
});
