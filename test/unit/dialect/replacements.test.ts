import assert from 'node:assert/strict';
import fc from 'fast-check';
import { originalOffset, replaced, type Replacement } from '../../../src/core/dialect/replacements';

/** Texts in pieces, some of them replaced. */
const pieces = fc.array(fc.record({ text: fc.string({ maxLength: 6 }), by: fc.option(fc.string({ maxLength: 6 })) }));

describe('replacements in a text', () => {
  it('lead from each place in the new text back to the original', () => {
    fc.assert(
      fc.property(pieces, parts => {
        let original = '';
        let expected = '';
        const replacements: Replacement[] = [];
        const back: number[] = [];
        for (const { text, by } of parts) {
          const start = original.length;
          original += text;
          expected += by ?? text;
          if (by !== null) replacements.push({ start, end: original.length, text: by });
          for (let at = 0; at < (by ?? text).length; at++) back.push(by === null ? start + at : start);
        }
        assert.equal(replaced(original, replacements), expected);
        assert.deepEqual(
          back.map((_, at) => originalOffset(at, replacements)),
          back,
        );
        assert.equal(originalOffset(expected.length, replacements), original.length);
      }),
    );
  });
});
