import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { until } from '../../support/scratch';
import { testPackage } from './package';
import { Workbench } from './workbench';

describe('somebody who is careful with permissions', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open(await testPackage(), {
      'dsqlWorkshop.connections': [
        {
          name: 'bank',
          endpoint: 'kiqenqglxyl2snyvkvnj2c3s2e.dsql.eu-west-1.on.aws',
          lambdaRoleArn: 'arn:aws:iam::123456789012:role/dsql-workshop/fn',
        },
      ],
    });
  });

  after(() => workbench?.close());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot('permissions-failed');
  });

  const box = (): Locator => workbench.page.locator('.quick-input-widget input[type=text]');
  const dialog = (): Locator => workbench.page.locator('.monaco-dialog-box');
  const prompt = (text: string): Promise<void> =>
    workbench.page.locator('.quick-input-message', { hasText: text }).waitFor();
  const notification = (text: RegExp): Promise<Locator> => workbench.notification(text);

  it('reads the policy of a chapter', async () => {
    await workbench.runCommand('DSQL Workshop: Show IAM Policy…');
    await box().fill('0. Connect');
    await workbench.quickPickRow('0. Connect and authorise').click();
    await workbench.screenshot('permissions-subjects');
    await workbench.page.keyboard.press('Enter');
    await workbench.quickPickRow('For you').click();
    const lines = workbench.page.locator('.monaco-editor .view-lines').last();
    await until(async () => ((await lines.textContent()) ?? '').includes('dsql:DbConnectAdmin'), 'the policy', 60_000);
    assert.match(
      (await lines.textContent()) ?? '',
      /arn:aws:dsql:eu-west-1:123456789012:cluster\/kiqenqglxyl2snyvkvnj2c3s2e/,
    );
    await workbench.screenshot('permissions-policy');
  });

  it('sets a database role up: sees the statements, runs them, is told that it may connect', async () => {
    await workbench.chooseInCommand('DSQL Workshop: Set Up Database Role…', 'Local');
    await workbench.quickPickRow('Set up').click();
    await prompt('Database role');
    assert.equal(await box().inputValue(), 'myapp');
    await box().fill('pg_teller');
    await prompt('names that begin with pg_');
    await box().fill('teller');
    await workbench.page.keyboard.press('Enter');
    await prompt('ARN of the IAM role or user');
    assert.match(await box().inputValue(), /^arn:aws:iam::\d{12}:role\//);
    await workbench.page.keyboard.press('Enter');
    await dialog().waitFor();
    const text = (await dialog().textContent()) ?? '';
    assert.match(text, /Change the role teller[\s\S]*CREATE ROLE teller WITH LOGIN;\s*AWS IAM GRANT teller TO/);
    await workbench.screenshot('permissions-role');
    await dialog().getByRole('button', { name: 'Run as Admin', exact: true }).click();
    await notification(/Verified: connected with a token of the role as teller/);
    await workbench.screenshot('permissions-verified');
  });
});
