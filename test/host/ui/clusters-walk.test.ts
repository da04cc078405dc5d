import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { DsqlService } from '../../../src/local/aws/services/dsql';
import { StsService } from '../../../src/local/aws/services/sts';
import { until } from '../../support/scratch';
import { testPackage } from './package';
import { Workbench } from './workbench';

describe('somebody who makes clusters in AWS, and takes them away', () => {
  const learner = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'secret-of-the-walk',
    arn: 'arn:aws:iam::000000000000:role/learner',
  };
  const service = new DsqlService();
  const api = new AwsEndpoint({ services: [service, new StsService([learner])], principals: [learner] });
  let workbench: Workbench;

  before(async () => {
    await api.listen();
    workbench = await Workbench.open(
      process.env.VSIX ?? (await testPackage()),
      {},
      {
        env: {
          AWS_ENDPOINT_URL: api.url,
          AWS_ACCESS_KEY_ID: learner.accessKeyId,
          AWS_SECRET_ACCESS_KEY: learner.secretAccessKey,
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      },
    );
  });

  after(async () => {
    await workbench?.close();
    await api.close();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('clusters-failed');
  });

  const box = (): Locator => workbench.page.locator('.quick-input-widget input[type=text]');
  const dialog = (): Locator => workbench.page.locator('.monaco-dialog-box');
  const press = (button: string): Promise<void> => dialog().getByRole('button', { name: button, exact: true }).click();
  const notification = async (text: string | RegExp): Promise<string> =>
    (await (await workbench.notification(text)).textContent()) ?? '';
  /** Chooses in the step of the wizard with that number. */
  const choose = async (step: number, item: string): Promise<void> => {
    await workbench.page.locator('.quick-input-title', { hasText: `(${step}/` }).waitFor();
    await workbench.quickPickRow(item).click();
  };
  /** Of DSQL; whose credentials these are is asked before. */
  const sent = (): string[] =>
    api.calls.filter(({ service }) => service === 'dsql').map(({ operation, region }) => `${operation} ${region}`);

  it('reads what will be sent and what it costs before anything is', async () => {
    await workbench.runCommand('DSQL Workshop: Create Cluster in AWS…');
    await choose(1, 'Default credentials');
    await choose(2, 'One Region');
    await choose(3, 'eu-west-1');
    await workbench.page.locator('.quick-input-title', { hasText: '(4/' }).waitFor();
    await box().fill('bank');
    await workbench.page.keyboard.press('Enter');
    await choose(5, 'On: deleting it takes one step more');
    await dialog().waitFor();
    const text = (await dialog().textContent()) ?? '';
    assert.match(
      text,
      /Create the cluster “bank” in eu-west-1\?\s*Account: 000000000000\s*You: arn:aws:sts::.*learner/,
    );
    assert.match(text, /What is sent:[\s\S]*CreateCluster[\s\S]*What it costs:[\s\S]*DPU[\s\S]*dsql:CreateCluster/);
    await workbench.screenshot('clusters-create');
    assert.deepEqual(sent(), []);
  });

  it('creates it and finds it among the connections', async () => {
    await press('Create');
    await notification('is active and among your connections');
    await workbench.screenshot('clusters-created');
    assert.equal(sent()[0], 'CreateCluster eu-west-1');
    const made = api.calls.find(({ operation }) => operation === 'CreateCluster');
    assert.equal(made?.input.deletionProtectionEnabled, true);
    const [cluster] = service.clusters.values();
    assert.ok(cluster && workbench.settingsText.includes(cluster.endpoint));
    assert.doesNotMatch(workbench.settingsText, /secret-of-the-walk/);
  });

  it('makes a set of two Regions with a witness', async () => {
    await workbench.runCommand('DSQL Workshop: Create Cluster in AWS…');
    await choose(1, 'Default credentials');
    await choose(2, 'Two Regions and a witness');
    await choose(3, 'us-east-1');
    await choose(4, 'us-east-2');
    await choose(5, 'us-west-2');
    await workbench.page.locator('.quick-input-title', { hasText: '(6/' }).waitFor();
    await box().fill('pair');
    await workbench.page.keyboard.press('Enter');
    await choose(7, 'Off: easy to remove after the workshop');
    await workbench.screenshot('clusters-create-set');
    await press('Create');
    await notification(/The clusters \w+, \w+ are active/);
    const { settingsText } = workbench;
    assert.match(settingsText, /pair us-east-1[\s\S]*pair us-east-2/);
    const pair = [...service.clusters.values()].filter(({ multiRegionProperties }) => multiRegionProperties);
    assert.deepEqual(
      pair.map(({ status, multiRegionProperties: set }) => [status, set?.witnessRegion, set?.clusters.length]),
      [
        ['ACTIVE', 'us-west-2', 1],
        ['ACTIVE', 'us-west-2', 1],
      ],
    );
  });

  it('finds the clusters of a Region, those it knows marked', async () => {
    await workbench.runCommand('DSQL Workshop: Find Clusters in AWS…');
    await choose(1, 'Default credentials');
    await choose(2, 'eu-west-1');
    const row = workbench.quickPickRow('bank');
    await row.waitFor();
    assert.match((await row.textContent()) ?? '', /already a connection/);
    await workbench.screenshot('clusters-found');
    await workbench.page.keyboard.press('Escape');
  });

  it('is told what to ask for when AWS refuses', async () => {
    api.failNext(({ operation }) => operation === 'ListClusters', {
      status: 403,
      code: 'AccessDeniedException',
      message: 'User is not authorized to perform: dsql:ListClusters',
    });
    await workbench.runCommand('DSQL Workshop: Find Clusters in AWS…');
    await choose(1, 'Default credentials');
    await choose(2, 'us-east-1');
    const told = await notification('dsql:ListClusters');
    await workbench.screenshot('clusters-refused');
    assert.match(told, /policy|allow|permission/i);
  });

  it('deletes one only after its id was typed, protection and connection with it', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Delete Cluster in AWS…', 'bank');
    await dialog().waitFor();
    await workbench.screenshot('clusters-delete');
    await press('Delete…');
    const [{ identifier } = { identifier: '' }] = service.clusters.values();
    await box().fill('something else');
    await workbench.page.locator('.quick-input-message', { hasText: 'This is not its id yet' }).waitFor();
    await box().fill(identifier);
    await workbench.page.keyboard.press('Enter');
    await notification('is deleted');
    assert.equal(service.clusters.has(identifier), false);
    assert.doesNotMatch(workbench.settingsText, /"bank"/);
    assert.match(workbench.settingsText, /pair us-east-1[\s\S]*pair us-east-2/);
    const working = workbench.page.locator('.notification-list-item', { hasText: /^(Looking|Creating|Deleting)/ });
    await until(async () => (await working.count()) === 0, 'no progress is left over', 60_000);
  });
});
