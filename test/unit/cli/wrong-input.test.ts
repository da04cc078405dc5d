import assert from 'node:assert/strict';
import os from 'node:os';
import { runCommandLine } from '../../../src/cli/program';
import { bufferConsole } from '../../support/console';

/** Command lines that are wrong in themselves, and what is said of each before anything is looked for, started or called. */
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
  ['cluster create --name bank --second-region us-east-1 --witness us-west-2', /three Regions/],
  ['cluster create --name bank --second-region mars --witness us-west-2', /"mars" is no Region/],
  ['policy --region mars', /"mars" is no Region/],
  ['policy --cluster x', /"x" is no id of a cluster/],
  ['stack synth --region mars', /"mars" is no Region/],
  ['stack synth --profile nope', /there is no AWS profile "nope"[^]*aws configure --profile nope/],
  ['stack deploy --profile nope', /there is no AWS profile "nope"/],
  ['stack destroy --profile nope', /there is no AWS profile "nope"/],
  ['stack outputs --save-target bank --profile nope', /there is no AWS profile "nope"/],
  ['stack install --code no/such/folder', /has no infra/],
  ['role --user pg_x', /pg_/],
  ['rollback transfer --to $LATEST', /--to "\$LATEST" is no version/],
  ['deploy no/such/folder', /No handler found/],
  ['deploy package.json', /No handler found/],
  ['compare-function no/such/folder', /No handler found/],
  ['verify-transfer ../x', /no name of a function/],
  ['verify-transfer --only nope', /there is no promise "nope"/],
  ['invoke {', /the payload is not JSON/],
  ['invoke {} --name a/b', /no name of a function/],
  ['logs a:1', /no name of a function/],
  ['token --user=', /--user <name>.* It is empty/],
  ['token --expires-in 0', /--expires-in 0/],
  ['sql -c', /argument missing[^]*dsql-workshop sql --help/],
  ['local env --nonsense', /unknown option[^]*dsql-workshop local env --help/],
  ['sql -f LICENSE.none', /cannot be read/],
  [`sql -f ${os.devNull}`, /holds no statement[^]*semicolon/],
  ['nonsense', /unknown command[^]*dsql-workshop --help/],
  ['sql --command=', /--command <sql>.* It is empty/],
  ['sessions no-such', /there is no session script/],
  ['sessions lost-update --order a1,zz', /has no line "zz"/],
  ['run --chapters no/such/folder', /There is no folder/],
  ['run --code no/such/folder', /is no workshop folder/],
  ['start package.json', /package.json is no folder/],
  ['setup --accounts 0', /--accounts is "0"/],
  ['cost estimate --transactions 1.5', /"1.5" is no whole number/],
  ['cost estimate --sql nowhere.sql', /nowhere.sql cannot be read/],
  ['cost cluster --estimate 5', /--estimate without --since/],
  ['cost cluster --endpoint nonsense', /"nonsense" is no URL/],
  ['stress --generators 0', /0 generators/],
  ['stress --generators 2 --generator-role x', /"x" is not the ARN/],
  ['stress --function a/b', /no name of a function/],
  ['stress --cloudwatch soon', /"soon" cannot be read/],
];

describe('commands with a wrong command line', () => {
  for (const [line, said] of WRONG)
    it(`say what is wrong with: ${line}`, async () => {
      const console = bufferConsole();
      assert.equal(await runCommandLine(line.split(' '), console), 2, console.err());
      assert.match(console.err(), said);
    });
});
