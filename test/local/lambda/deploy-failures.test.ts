import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { CodedError } from '../../../src/base/errors';
import { AwsEndpoint } from '../../../src/local/aws/endpoint';
import { LambdaForwarding } from '../../../src/local/aws/services/lambda';
import { createLambdaPort, type ClosableLambdaPort } from '../../../src/node/lambda/port';
import { ADMIN, LambdaFixture, REGION, ROLE } from './lambda-fixture';

/** What each step of a deployment is called on the wire. */
const CREATING = ['GetFunctionConfiguration', 'CreateFunction', 'PublishVersion'] as const;
const UPDATING = ['UpdateFunctionConfiguration', 'UpdateFunctionCode'] as const;

/** Gives an environment variable a value. @returns what puts the former one back */
function setting(name: string, value: string): () => void {
  const before = process.env[name];
  process.env[name] = value;
  return () => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  };
}

/** Makes a client that gives up soon where nobody answers. */
function impatiently<T>(make: () => T): T {
  const restore = setting('DSQL_WORKSHOP_AWS_TIMEOUT_MS', '50');
  try {
    return make();
  } finally {
    restore();
  }
}

describe('a deployment whose calls fail in turn', function () {
  let lambda: LambdaFixture;
  let aws: AwsEndpoint;
  let port: ClosableLambdaPort;
  let source: string;
  let version = 0;
  let restore: () => void;
  before(async () => {
    restore = setting('DSQL_WORKSHOP_AWS_POLL_MS', '500');
    lambda = await LambdaFixture.start();
    aws = new AwsEndpoint({ services: [new LambdaForwarding(lambda.service.endpoint)], principals: [ADMIN, ROLE] });
    await aws.listen();
    port = createLambdaPort({ endpoint: aws.url, region: REGION, credentials: ADMIN });
    source = path.join(lambda.folder, 'handler');
    fs.mkdirSync(source);
  });
  after(async () => {
    restore();
    port.dispose();
    await aws.close();
    await lambda.close();
  });
  const fail = (operation: string, status: number, code: string, message: string, times = 1): void => {
    for (let at = 0; at < times; at++) aws.failNext(call => call.operation === operation, { status, code, message });
  };
  /** Each deployment has other code and another setting, so that every call is made. */
  const deploy = async (name: string) => {
    const said: string[] = [];
    version++;
    fs.writeFileSync(path.join(source, 'index.ts'), `export const handler = async () => ${version};`);
    const environment = { TURN: String(version) };
    const deployment = await port.deploy(
      { name, directory: source, environment, roleArn: ROLE.arn, publish: true },
      text => said.push(text),
    );
    return { deployment, said };
  };
  const told = async (work: Promise<unknown>): Promise<CodedError> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof CodedError, String(error));
    assert.ok(!`${error.message} ${error.nextStep}`.includes(ADMIN.secretAccessKey));
    return error;
  };

  it('403: says which action was refused and where to read what is needed', async () => {
    const refused = (operation: string) => `User: ${ADMIN.arn} is not authorized to perform: lambda:${operation}`;
    for (const operation of [...CREATING.slice(0, 2)]) {
      fail(operation, 403, 'AccessDeniedException', refused(operation));
      const error = await told(deploy('denied'));
      assert.equal(error.code, 'LAMBDA_ACCESS_DENIED');
      assert.match(error.message, new RegExp(`lambda:${operation}`));
      assert.match(error.nextStep ?? '', /dsql-workshop policy/);
    }
    assert.equal(await port.exists('denied'), false);
    await deploy('kept');
    for (const operation of UPDATING) {
      fail(operation, 403, 'AccessDeniedException', refused(operation));
      assert.equal((await told(deploy('kept'))).code, 'LAMBDA_ACCESS_DENIED');
    }
    fail('PublishVersion', 403, 'AccessDeniedException', refused('PublishVersion'));
    const { deployment, said } = await deploy('kept');
    assert.equal(deployment.version, undefined, 'deployed all the same');
    assert.match(said.join('\n'), /kept is deployed; no version was published \(.*lambda:PublishVersion/);
  });

  it('a role that is new, an update under way, throttling: waits, says for what, and goes on', async () => {
    const cases = [
      [
        'CreateFunction',
        400,
        'InvalidParameterValueException',
        'The role defined for the function cannot be assumed by Lambda.',
        /Waiting until Lambda may assume the role/,
      ],
      [
        'UpdateFunctionCode',
        409,
        'ResourceConflictException',
        'The operation cannot be performed at this time. An update is in progress for resource',
        /Waiting until the update of .* that is under way has ended/,
      ],
    ] as const;
    await deploy('patient-409');
    for (const [operation, status, code, message, said] of cases) {
      fail(operation, status, code, message);
      const outcome = await deploy(operation === 'CreateFunction' ? 'patient-role' : 'patient-409');
      assert.match(outcome.said.join('\n'), said);
      assert.match(outcome.said.at(-1) ?? '', /is ready \(\d+ KiB zipped; code \d+ KiB, source map \d+ KiB\)/);
    }
    // the SDK itself tries a 429 again; only when it gives up is it ours
    fail('UpdateFunctionConfiguration', 429, 'TooManyRequestsException', 'Rate exceeded', 4);
    assert.match((await deploy('patient-409')).said.join('\n'), /no more control calls at the moment; trying again/);
    assert.equal((await port.invoke('patient-409', {})).payload, version);
  });

  it('500: is tried again; one that stays is told with its own words and a next step', async () => {
    fail('GetFunctionConfiguration', 500, 'ServiceException', 'An internal error occurred');
    await deploy('served');
    fail('UpdateFunctionCode', 500, 'ServiceException', 'An internal error occurred', 4);
    const error = await told(deploy('served'));
    assert.equal(error.code, 'LAMBDA_CALL_FAILED');
    assert.match(error.message, /ServiceException: An internal error occurred/);
    assert.match(error.nextStep ?? '', /try again in a minute; what was done so far is kept/);
    const { deployment } = await deploy('served');
    assert.equal(deployment.created, false);
    assert.equal((await port.invoke('served', {})).payload, version);
  });

  it('a removal whose answer was lost is done; one of what is not there is told', async () => {
    await deploy('leaving');
    aws.failNext(({ operation }) => operation === 'DeleteFunction', 'lost');
    await port.remove('leaving');
    assert.equal(await port.exists('leaving'), false);
    assert.equal((await told(port.remove('leaving'))).code, 'LAMBDA_FUNCTION_NOT_FOUND');
  });

  it('no answer: ends in bounded time and names the endpoint', async () => {
    const silent = http.createServer(() => undefined);
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const waiting = impatiently(() => createLambdaPort({ endpoint, region: REGION, credentials: ADMIN }));
    try {
      const error = await told(waiting.exists('anything'));
      assert.equal(error.code, 'LAMBDA_UNREACHABLE');
      assert.ok(error.message.includes(endpoint));
      assert.ok(error.nextStep);
    } finally {
      waiting.dispose();
      silent.closeAllConnections();
      await new Promise(resolve => silent.close(resolve));
    }
  });

  it('sets source maps, beside the user’s own options, so that stack traces name own lines in AWS', async () => {
    await deploy('mapped');
    assert.equal((await port.describe('mapped'))?.environment.NODE_OPTIONS, '--enable-source-maps');
    await port.configure('mapped', { environment: { NODE_OPTIONS: '--trace-warnings', OWN: '1' } });
    await deploy('mapped');
    const state = await port.describe('mapped');
    assert.equal(state?.environment.NODE_OPTIONS, '--trace-warnings --enable-source-maps');
    assert.equal(state.environment.OWN, '1');
    assert.equal((await port.invoke('mapped', {})).payload, version, 'the local Lambda takes the options too');
    await deploy('mapped');
    assert.equal((await port.describe('mapped'))?.environment.NODE_OPTIONS, '--trace-warnings --enable-source-maps');
  });
});
