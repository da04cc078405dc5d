import assert from 'node:assert/strict';
import { runCommandLine } from '../../../src/cli/program';
import { bufferConsole } from '../../support/console';

/** Command lines that are wrong in themselves, and what is said of each before anything is looked for. */
const WRONG: [line: string, said: RegExp][] = [
  ['role --user admin --role-arn arn:aws:iam::123456789012:role/x', /admin is built in/],
  ['role --role-arn x', /x/],
  ['role --grant accounts', /accounts/],
  ['role --apply --revoke', /exclude each other/],
  ['remove-function transfer:3', /"transfer:3" is no name of a function/],
  ['remove-function ../transfer', /no name of a function/],
  ['rollback transfer:3', /no name of a function/],
  ['deploy . --name my/function', /no name of a function/],
  ['logs transfer --since yesterday', /"yesterday" cannot be read/],
  ['cluster delete short --region us-east-1', /no id of a cluster/],
  ['cluster list --region mars', /"mars" is no Region/],
  ['cluster create --name bank --region us-east-1 --witness us-west-2', /a second Region and a witness/],
  ['teardown --region mars', /"mars" is no Region/],
  ['policy 99', /there is no chapter "99"/],
  ['rehearse --step nope', /there is no step "nope"/],
];

describe('commands of AWS with a wrong command line', () => {
  for (const [line, said] of WRONG)
    it(`say what is wrong with: ${line}`, async () => {
      const console = bufferConsole();
      assert.equal(await runCommandLine(line.split(' '), console), 2, console.err());
      assert.match(console.err(), said);
    });
});
