import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { locateBinaries } from '../../../src/local/postgres/binaries';
import { initialiseData } from '../../../src/local/postgres/initialise';
import { unprivilegedUser } from '../../../src/local/postgres/privileges';
import { removeDirectory, temporaryDirectory, until } from '../../support/scratch';

describe("PostgreSQL's data directory", function () {
  let folder: string;
  beforeEach(() => {
    folder = temporaryDirectory();
    fs.chmodSync(folder, 0o755);
  });
  afterEach(() => removeDirectory(folder));

  it('is made whole beside an initdb whose owner was killed, of which nothing stays', async function () {
    if (process.platform === 'win32') this.skip(); // files in use are not removed there
    const user = unprivilegedUser(folder);
    const pgData = path.join(folder, 'postgres');
    const make = () => initialiseData(locateBinaries(user), pgData, user, path.join(folder, 'no-template'));
    const orphaned = make().then(
      () => assert.fail('nobody has kept the first from going on'),
      (error: unknown) => error,
    );
    const begun = () => fs.readdirSync(folder).some(name => fs.existsSync(path.join(folder, name, 'base/1/1259')));
    await until(begun, 'the first initdb is at work');
    assert.equal(await make(), 'initdb');
    await orphaned;
    assert.deepEqual(fs.readdirSync(folder), ['postgres']);
    for (const last of ['global/pg_control', 'base/4/PG_VERSION', 'base/5/PG_VERSION'])
      assert.ok(fs.existsSync(path.join(pgData, last)), last);
  });
});
