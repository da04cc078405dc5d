import assert from 'node:assert/strict';
import { engines } from '../../../package.json';
import { nodeTooOld } from '../../../src/cli/node-version';

describe('the Node.js the command line runs on', () => {
  const [major, minor] = engines.node.replace('>=', '').split('.').map(Number) as [number, number];
  const oldest = `${major}.${minor}`;

  it('is refused below the version package.json names, with that version', () => {
    for (const version of [`${major}.${minor - 1}.9`, `${major}.0.0`, `${major - 1}.99.9`])
      assert.match(nodeTooOld(version) ?? '', new RegExp(`needs Node.js ${oldest} .*\\nInstall`), version);
  });

  it('is taken from there on', () => {
    for (const version of [`${oldest}.0`, `${major + 4}.1.0`, process.versions.node])
      assert.equal(nodeTooOld(version), undefined, version);
  });
});
