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
  ['configure-function transfer', /nothing is asked to be changed[^]*--memory/],
  ['configure-function transfer:3 --memory 256', /"transfer:3" is no name of a function/],
  ['configure-function transfer --memory 64', /--memory is "64"[^]*128 to 10240/],
  ['configure-function transfer --timeout 1.5', /--timeout is "1.5"[^]*1 to 900/],
  ['configure-function transfer --env SECRET', /--env without a value/],
  ['configure-function transfer --env =x', /--env: "" is no name of a variable/],
  ['configure-function transfer --env A1=x --unset A1', /A1 is both set and removed/],
  ['compare-function . --name transfer:3', /no name of a function/],
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
