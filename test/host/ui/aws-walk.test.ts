import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { repositoryRoot } from '../../../src/build/repository';
import { tagIndex } from '../../../src/cli/rehearsal/tag-index';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { CloudFormationService } from '../../../src/local/aws/services/cloudformation';
import { CloudWatchService } from '../../../src/local/aws/services/cloudwatch';
import { DsqlService } from '../../../src/local/aws/services/dsql';
import { IamService } from '../../../src/local/aws/services/iam';
import { LambdaForwarding } from '../../../src/local/aws/services/lambda';
import { LogsService } from '../../../src/local/aws/services/logs';
import { StsService } from '../../../src/local/aws/services/sts';
import { TaggingService } from '../../../src/local/aws/services/tagging';
import { createControlPlane } from '../../../src/node/clusters/control-plane';
import { startLocalProcess, type LocalClusterProcess } from '../../../src/node/target-local-process';
import { createCodeFolder } from '../../../src/node/workspace/folder';
import { testPackage } from './package';
import { SqlDesk } from './sql-desk';
import { Workbench } from './workbench';

const HANDLER = `export const handler = async (event: { to?: string }) => {
  console.log('paid to', event.to);
  return { paid: true };
};
`;

describe('somebody whose bank is in AWS', () => {
  let home: string;
  let cluster: LocalClusterProcess;
  let api: AwsEndpoint;
  let workbench: Workbench;
  let desk: SqlDesk;

  before(async () => {
    const vsix = await testPackage();
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-aws-'));
    const folder = path.join(home, 'bank');
    createCodeFolder(folder, false);
    fs.writeFileSync(path.join(folder, 'lambda', 'index.ts'), HANDLER);
    fs.symlinkSync(path.join(repositoryRoot(), 'node_modules'), path.join(folder, 'node_modules'), 'junction');
    cluster = await startLocalProcess(path.join(home, 'cluster'));
    const { admin, lambdaRole, lambdaEndpoint, region, port, caFile } = cluster.info;
    const principals = [admin, lambdaRole];
    const clusters = new DsqlService();
    const logs = new LogsService(lambdaEndpoint);
    api = new AwsEndpoint({
      services: [
        ...[clusters, logs, new CloudWatchService(), new StsService(principals), new IamService()],
        ...[new CloudFormationService(), new LambdaForwarding(lambdaEndpoint)],
        new TaggingService(tagIndex(cluster.info, clusters, logs)),
      ],
      principals,
    });
    await api.listen();
    // from some former day
    const plane = createControlPlane({ credentials: () => Promise.resolve(admin), endpoint: () => api.url, pollMs: 1 });
    await plane.create(region, { name: 'old-bank', deletionProtection: false }, () => undefined);
    await plane.close();
    api.calls.length = 0;
    const bank = { endpoint: 'localhost', region, port, caFile, lambdaRoleArn: lambdaRole.arn, assumeLambdaRole: true };
    workbench = await Workbench.open(
      vsix,
      {
        'dsqlWorkshop.connections': [{ name: 'bank', ...bank }],
        // drawn as text, which can be read
        'terminal.integrated.gpuAcceleration': 'off',
      },
      {
        folder,
        env: {
          AWS_ENDPOINT_URL: api.url,
          // a log lies beside its function
          AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: lambdaEndpoint,
          AWS_ACCESS_KEY_ID: admin.accessKeyId,
          AWS_SECRET_ACCESS_KEY: admin.secretAccessKey,
          AWS_CONFIG_FILE: path.join(home, 'config'),
          AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'credentials'),
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      },
    );
    desk = new SqlDesk(workbench);
  });

  after(async () => {
    await workbench?.close();
    await api?.close();
    await cluster?.close();
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('aws-failed');
  });

  const box = (): Locator => workbench.page.locator('.quick-input-widget input[type=text]');
  const dialog = (): Locator => workbench.page.locator('.monaco-dialog-box');
  const asked = async (): Promise<string> => {
    await dialog().waitFor();
    return (await dialog().innerText()).replaceAll('\u00a0', ' ');
  };
  const press = async (button: string): Promise<void> => {
    await dialog().getByRole('button', { name: button, exact: true }).click();
    await dialog().waitFor({ state: 'detached' });
  };
  const prompt = (text: string): Promise<void> =>
    workbench.page.locator('.quick-input-message', { hasText: text }).waitFor();
  const notification = (text: RegExp): Promise<Locator> => workbench.notification(text);
  /** What the output panel holds. */
  const output = async (text: RegExp): Promise<void> => {
    const panel = workbench.page.locator('.output-view');
    await desk.until(`${String(text)} in the output`, async () =>
      text.test(((await panel.textContent({ timeout: 1_000 }).catch(() => '')) ?? '').replaceAll('\u00a0', ' ')),
    );
  };
  const terminal = async (text: RegExp): Promise<void> => {
    const rows = workbench.page.locator('.terminal-wrapper.active .xterm-rows');
    await desk.until(`${String(text)} in the terminal`, async () =>
      text.test(((await rows.textContent({ timeout: 1_000 }).catch(() => '')) ?? '').replaceAll('\u00a0', ' ')),
    );
  };
  /** Calls that have changed something. */
  const changes = (): string[] =>
    api.calls.map(({ operation }) => operation).filter(name => !/^(Get|List|Describe|Filter)/.test(name));

  it('chooses to work there, told what that costs', async () => {
    const bank = workbench.quickPickRow('billed by AWS');
    // the editor may hand its settings out later than the list opens; those of the machine it may have missed, as `load` says of the user's
    for (let attempt = 1; ; attempt++) {
      await workbench.runCommand('DSQL Workshop: Choose Where Chapters Run…');
      const listed = await bank.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
      if (listed) break;
      assert.ok(attempt < 7, 'the connection of the settings never came');
      await workbench.page.keyboard.press('Escape');
      if (attempt % 2 === 0) await workbench.load();
    }
    await bank.click();
    assert.match(
      await asked(),
      /Run the chapters on “bank” in AWS\?\s*Account: 000000000000\s*You: arn:aws:sts::[\s\S]*per million in us-east-1/,
    );
    await workbench.screenshot('aws-target');
    await press('Run Chapters There');
  });

  it('reads what a deployment will call before anything is called', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Deploy Function…', 'transfer');
    const text = await asked();
    await workbench.screenshot('aws-deploy');
    assert.match(text, /Deploy transfer to “bank”\?/);
    assert.match(
      text,
      /Account: 000000000000\s*You: arn:aws:sts::[\s\S]*Region: us-east-1[\s\S]*Changes:[\s\S]*CreateFunction of dsql-workshop-transfer/,
    );
    assert.match(text, /Reads:[\s\S]*GetFunction/);
    await press('Cancel');
    await box().waitFor({ state: 'hidden' });
    assert.deepEqual([...new Set(api.calls.map(({ operation }) => operation))], ['GetCallerIdentity']);
  });

  it('deploys it when that is agreed to', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Deploy Function…', 'transfer');
    await asked();
    await press('Deploy');
    await workbench.page.locator('.statusbar-item', { hasText: 'transfer deployed to bank' }).waitFor();
    await workbench.screenshot('aws-deployed');
    assert.ok(changes().includes('CreateFunction'), changes().join());
  });

  it('lists the functions there once that is asked for, and is told which permission is missing', async () => {
    const { page } = workbench;
    const pane = page.locator('.pane:has(h3.title:text-is("Functions"))');
    const row = (text: string | RegExp): Locator => pane.locator('.monaco-list-row', { hasText: text }).first();
    const lists = (): number => api.calls.filter(({ operation }) => operation === 'ListFunctions').length;
    await workbench.runCommand('DSQL Workshop: Focus on Functions View');
    const button = pane.getByRole('button', { name: 'List Functions', exact: true }).last();
    await pane.getByText('Chapters run in AWS.').waitFor();
    await workbench.screenshot('aws-functions-unasked');
    assert.equal(lists(), 0, 'nothing of AWS is listed before somebody asks for it');
    await button.click();
    await row('as in your folder').waitFor();
    await pane.getByText('bank · 000000000000').waitFor();
    await workbench.screenshot('aws-functions');
    const message = 'User: jane is not authorized to perform: lambda:ListFunctions on resource: *';
    const refused = { status: 403, code: 'AccessDeniedException', message };
    api.failNext(({ operation }) => operation === 'ListFunctions', refused);
    await workbench.runCommand('DSQL Workshop: List Functions');
    await row('Not allowed: lambda:ListFunctions').waitFor();
    await row('Show IAM Policy…').waitFor();
    await workbench.screenshot('aws-functions-refused');
    await row('Not allowed').click();
    await row('as in your folder').waitFor();
    assert.equal(lists(), 3);
  });

  it('looks at the code that is deployed', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Show Deployed Code…', 'transfer');
    await desk.until('the deployed code', async () => (await desk.text()).includes("console.log('paid to'"));
    await workbench.screenshot('aws-deployed-code');
  });

  it('is told which permission is missing, with a way to the policy', async () => {
    const message = 'User: jane is not authorized to perform: lambda:ListFunctions';
    api.failNext(({ operation }) => operation === 'ListFunctions', {
      status: 403,
      code: 'AccessDeniedException',
      message,
    });
    await workbench.runCommand('DSQL Workshop: Function Settings…');
    const told = await notification(
      /not authorized to perform: lambda:ListFunctions\. Use credentials that may do this/,
    );
    await told.getByRole('button', { name: 'Show IAM Policy…' }).waitFor();
    await workbench.screenshot('aws-refused');
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  it('follows its log, where what it prints arrives', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Follow Function Log', 'transfer');
    await output(/Following the log of transfer on bank/);
    await workbench.chooseInCommand('DSQL Workshop: Invoke Function…', 'transfer');
    await workbench.quickPickRow('Type a payload').click();
    await prompt('JSON');
    await box().fill('{"to":"Ada"}');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.quick-input-title', { hasText: 'Save this payload?' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    assert.match(await asked(), /Invoke transfer on “bank”\?[\s\S]*Invoke of dsql-workshop-transfer/);
    await workbench.screenshot('aws-invoke');
    await press('Invoke');
    await output(/paid to Ada/);
    await workbench.screenshot('aws-log');
    await workbench.runCommand('DSQL Workshop: Stop Following Function Log');
    await output(/no longer followed/);
  });

  it('reads what goes before a function is removed, and keeps it', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Remove Function…', 'transfer');
    assert.match(
      await asked(),
      /Remove the function transfer from “bank”\?[\s\S]*DeleteFunction of dsql-workshop-transfer/,
    );
    await workbench.screenshot('aws-remove-function');
    await press('Cancel');
    await box().waitFor({ state: 'hidden' });
    assert.ok(!changes().includes('DeleteFunction'));
  });

  it('reads the policy that deploying and running a chapter need, with what is known filled in', async () => {
    await workbench.runCommand('DSQL Workshop: Show IAM Policy…');
    await box().fill('1. ');
    await workbench.quickPickRow('1. ').click();
    await workbench.page.keyboard.press('Enter');
    await workbench.quickPickRow('For you').click();
    await desk.until('the policy', async () => (await desk.text()).includes('"Version"'));
    await workbench.screenshot('aws-policy');
    await desk.until('its functions', async () => {
      await workbench.page.keyboard.press('Control+End');
      return /arn:aws:(lambda:us-east-1|iam:):000000000000:/.test(await desk.text());
    });
  });

  it('sets a database role up with the statements in view, and is told that it may connect', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Set Up Database Role…', 'bank');
    await workbench.quickPickRow('Set up').click();
    await prompt('Database role');
    await box().fill('teller');
    await workbench.page.keyboard.press('Enter');
    await prompt('ARN of the IAM role or user');
    assert.equal(await box().inputValue(), cluster.info.lambdaRole.arn);
    await workbench.page.keyboard.press('Enter');
    const text = await asked();
    await workbench.screenshot('aws-role');
    assert.match(
      text,
      /Change the role teller on “bank”\?[\s\S]*CREATE ROLE teller WITH LOGIN;\s*AWS IAM GRANT teller TO/,
    );
    await press('Run as Admin');
    await notification(/Verified: connected with a token of the role as teller/);
    await workbench.screenshot('aws-role-verified');
    assert.ok(changes().includes('AssumeRole'), changes().join());
  });

  it('is told what to do where there is no stack yet', async () => {
    await workbench.runCommand('DSQL Workshop: Show Outputs of the Stack');
    await notification(/no outputs of a stack in .*cdk-outputs\.json\. Deploy it first/);
    await workbench.screenshot('aws-no-stack');
    const before = changes();
    await workbench.runCommand('DSQL Workshop: Destroy Stack…');
    for (const [step, item] of ['Default credentials', 'One Region', 'us-east-1'].entries()) {
      await workbench.page.locator('.quick-input-title', { hasText: `(${step + 1}/` }).waitFor();
      await workbench.quickPickRow(item).click();
    }
    const text = await asked();
    await workbench.screenshot('aws-destroy');
    assert.match(
      text,
      /Destroy the stack DsqlWorkshop for good\?[\s\S]*DsqlWorkshop in us-east-1: [\s\S]*cloudformation:DeleteStack/,
    );
    await press('Cancel');
    await terminal(/cancelled; nothing was changed in AWS/);
    await workbench.screenshot('aws-destroy-cancelled');
    assert.deepEqual(changes(), before);
  });

  it('takes away what the workshop made, once the number of the account is typed', async () => {
    const { page } = workbench;
    await workbench.chooseInCommand('DSQL Workshop: Remove What the Workshop Created in AWS…', 'Default credentials');
    await page.locator('.quick-input-widget input[placeholder="Regions to search"]').waitFor();
    await workbench.quickPickRow('us-east-1').waitFor();
    // the click that chose the credentials may have ended on what of this list came up below it: a row, or the box for all of them
    const ticked = page.locator('.quick-input-list .monaco-list-row[aria-checked="true"]');
    const others = await ticked.filter({ hasNotText: 'us-east-1' }).allInnerTexts();
    for (const region of others) await ticked.filter({ hasText: region }).click();
    assert.deepEqual(await ticked.allInnerTexts(), ['us-east-1']);
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget input[placeholder^="What is to be removed?"]').waitFor();
    await workbench.quickPickRow('old-bank').waitFor();
    await workbench.quickPickRow('dsql-workshop-transfer').waitFor();
    await workbench.screenshot('aws-teardown-list');
    await page.keyboard.press('Enter');
    const text = await asked();
    await workbench.screenshot('aws-teardown');
    assert.match(text, /Remove this from the account 000000000000 for good\?[\s\S]*old-bank[\s\S]*There is no undo/);
    await press('Remove…');
    await prompt('Type 000000000000');
    await box().fill('000000000000');
    await page.keyboard.press('Enter');
    await notification(/removed; looked again: all of it is gone/);
    await workbench.screenshot('aws-teardown-done');
    for (const call of ['DeleteCluster', 'DeleteFunction']) assert.ok(changes().includes(call), changes().join());
  });
});
