import assert from 'node:assert/strict';
import { engines } from '../../../package.json';
import { nodeTooOld } from '../../../src/cli/node-version';

describe('the Node.js the command line runs on', () => {
  it('is refused below the version package.json names, and taken from there on', () => {
    const oldest = Number(/\d+/.exec(engines.node)?.[0]);
    assert.match(nodeTooOld(`${oldest - 1}.99.9`) ?? '', new RegExp(`needs Node.js ${oldest} .*\\nInstall`));
    for (const version of [`${oldest}.0.0`, `${oldest + 4}.1.0`, process.versions.node])
      assert.equal(nodeTooOld(version), undefined, version);
  });
});
