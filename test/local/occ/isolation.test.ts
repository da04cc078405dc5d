import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { readSessionScript } from '../../../src/core/sessions/read-script';
import { startTestGateway, type TestGateway } from '../../support/gateway';
import { NO_ANSWER } from '../../support/isolation-session';
import { runIsolationSpec } from './isolation-run';

/** A case is a file `name.spec` with the expected output beside it as `name.out`. */
const FOLDER = path.resolve(__dirname, '../../fixtures/isolation');

describe('session scripts', () => {
  let cluster: TestGateway;
  before(async () => {
    cluster = await startTestGateway();
  });
  after(() => cluster?.close());

  for (const file of fs.readdirSync(FOLDER).filter(name => name.endsWith('.spec')))
    addTests(file, file.replace(/\.spec$/, '.out'), () => cluster);
});

describe('session scripts with --stale-catalog transaction', () => {
  let cluster: TestGateway;
  before(async () => {
    cluster = await startTestGateway({ occ: { staleCatalog: 'transaction' } });
  });
  after(() => cluster?.close());

  addTests('catalog-changes.spec', 'catalog-changes.transaction.out', () => cluster);
});

function addTests(file: string, golden: string, cluster: () => TestGateway): void {
  const spec = readSessionScript(fs.readFileSync(path.join(FOLDER, file), 'utf8'));
  for (const protocol of spec.protocols)
    it(`${file} (${protocol})`, async () => {
      const actual = await runIsolationSpec(spec, cluster(), protocol);
      assert.ok(!actual.includes(NO_ANSWER), actual);
      compare(path.join(FOLDER, golden), actual);
      assert.deepEqual(cluster().log, []);
    });
}

/** A mismatch leaves the actual output beside the expected one; UPDATE_GOLDENS=1 writes what is missing. */
function compare(golden: string, actual: string): void {
  const update = process.env.UPDATE_GOLDENS === '1' && !process.env.CI;
  if (!fs.existsSync(golden)) {
    assert.ok(update, `${golden} is missing: review the output and write it with UPDATE_GOLDENS=1`);
    fs.writeFileSync(golden, actual);
    return;
  }
  const left = `${golden}.actual`;
  if (fs.readFileSync(golden, 'utf8') === actual) return fs.rmSync(left, { force: true });
  fs.writeFileSync(left, actual);
  assert.equal(actual, fs.readFileSync(golden, 'utf8'));
}
