import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changesTo, editedFiles, firstDifference, lineOf } from '../../../src/core/workspace/solution';
import { isInside, readMarker } from '../../../src/core/workspace/marker';

describe("a step's code", () => {
  it('names the files that differ; line ends, package files and files of the learner alone are no difference', () => {
    const own = [
      { path: 'index.ts', text: 'a\r\nb\r\n' },
      { path: 'mine.ts', text: 'x' },
      { path: 'package.json', text: '{}' },
    ];
    const solution = [
      { path: 'index.ts', text: 'a\nb' },
      { path: 'retry.ts', text: 'r' },
      { path: 'package.json', text: '{ "a": 1 }' },
    ];
    assert.deepEqual(changesTo(own, solution), [{ path: 'retry.ts', before: undefined, after: 'r' }]);
  });

  it('begins at the first line that differs, whatever comments and blank lines stand above', () => {
    const own = '// mine\n\nimport a;\n\n// note\nstart();\nend();\n';
    assert.equal(firstDifference(own, 'import a;\nstart();\nmiddle();\nend();\n'), 7);
    assert.equal(firstDifference('import a;\n', 'import a;\nmore();\n'), 1);
    assert.equal(firstDifference(own, own), 1);
  });

  it('finds a marker when indentation and spacing have changed', () => {
    assert.equal(lineOf("a\n   await client.query( 'COMMIT' );\n", "await client.query('COMMIT')"), 2);
    assert.equal(lineOf('a\n', 'b'), undefined);
  });

  it('never names a line that the text does not have', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (own, solution) => {
        const line = firstDifference(own, solution);
        assert.ok(line >= 1 && line <= own.split(/\r?\n/).length);
      }),
    );
  });

  it('tells what was edited after the solution was applied', () => {
    const changes = [
      { path: 'a.ts', before: '1', after: '2' },
      { path: 'b.ts', before: undefined, after: '3' },
    ];
    const backup = { chapter: 'c', stepId: 's', appliedAt: '', changes };
    assert.deepEqual(editedFiles(backup, [{ path: 'a.ts', text: '2' }]), ['b.ts']);
    assert.deepEqual(
      editedFiles(backup, [
        { path: 'a.ts', text: '2' },
        { path: 'b.ts', text: '3' },
      ]),
      [],
    );
  });
});

describe('the marker of a workshop folder', () => {
  it('names functions and their folders', () => {
    assert.deepEqual(readMarker('{"workshop":{"functions":{"transfer":"lambda"}}}', 'f'), { transfer: 'lambda' });
    assert.equal(readMarker('{"targets":{}}', 'f'), undefined);
  });

  for (const text of [
    '{',
    '{"workshop":{}}',
    '{"workshop":{"functions":{"transfer":"../elsewhere"}}}',
    '{"workshop":{"functions":{"transfer":"/etc"}}}',
    '{"workshop":{"functions":{"Bad Name":"lambda"}}}',
    '{"workshop":{"functions":{"transfer":1}}}',
  ])
    it(`refuses ${text}`, () => {
      assert.throws(() => readMarker(text, 'f'), { code: 'CODE_FOLDER_MALFORMED' });
    });

  it('keeps folders inside', () => {
    assert.equal(isInside('a/b'), true);
    for (const path of ['', '..', 'a/../..', '/a', 'C:\\a', '\\\\host']) assert.equal(isInside(path), false, path);
  });
});
