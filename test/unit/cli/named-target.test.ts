import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { namedTarget } from '../../../src/cli/named-target';
import { bufferConsole } from '../../support/console';
import { removeDirectory, temporaryDirectory } from '../../support/postgres';

const ENDPOINT = 'kiqenqglxyl2snyvkvnj2c3s2e.dsql.eu-west-1.on.aws';
const BANK = { endpoint: ENDPOINT, lambdaRoleArn: 'arn:aws:iam::123456789012:role/dsql-workshop/fn' };

describe('a target that the current folder names', () => {
  let cwd: string;
  beforeEach(() => (cwd = temporaryDirectory()));
  afterEach(() => removeDirectory(cwd));

  /** What is told on standard error while the target is opened. */
  function told(target: object, env: (file: string) => NodeJS.ProcessEnv = () => ({})): string {
    const file = path.join(cwd, 'dsql-workshop.json');
    fs.writeFileSync(file, JSON.stringify({ targets: { bank: target } }));
    const console = bufferConsole();
    namedTarget('bank', console.stderr, { cwd, env: env(file) });
    return console.err().replaceAll(cwd, '<folder>');
  }

  it('is told with file and host, and with the address that is gone to in its place', () => {
    const line = `Target "bank" of ${path.join('<folder>', 'dsql-workshop.json')}: ${ENDPOINT}`;
    assert.equal(told(BANK), `${line}\n`);
    assert.equal(told({ ...BANK, hostaddr: '10.0.0.7' }), `${line} at 10.0.0.7\n`);
  });

  for (const [field, value] of Object.entries({ caFile: 'ca.pem', lambdaEndpoint: 'http://example.test' }))
    it(`is refused with "${field}": whoever wrote the folder would be sent tokens, or code`, () => {
      assert.throws(() => told({ ...BANK, hostaddr: '10.0.0.7', [field]: value }), {
        code: 'TARGET_NOT_TRUSTED',
        message: new RegExp(`"bank" of .*dsql-workshop\\.json sets "${field}".*${ENDPOINT}`),
        nextStep: /set DSQL_WORKSHOP_CONFIG to .*dsql-workshop\.json/,
      });
    });

  it('is taken as it is, and silently, where its file was named', () => {
    assert.equal(
      told({ ...BANK, caFile: 'ca.pem' }, file => ({ DSQL_WORKSHOP_CONFIG: file })),
      '',
    );
  });
});
