import assert from 'node:assert/strict';
import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  paginateListFunctions,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ACCOUNT_ID, LambdaFixture, REGION, ROLE, until, zip } from './lambda-fixture';

const answering = (value: number) => `exports.handler = async () => ${value}`;
const arn = (name: string) => `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`;

describe('Lambda service: functions', () => {
  let lambda: LambdaFixture;
  beforeEach(async () => {
    lambda = await LambdaFixture.start();
  });
  afterEach(() => lambda.close());

  it('creates, shows, waits for, and deletes', async () => {
    const created = await lambda.create('bank', answering(1), {
      Description: 'moves money',
      MemorySize: 256,
      Timeout: 7,
      Environment: { Variables: { CLUSTER_ENDPOINT: 'localhost' } },
      Tags: { team: 'blue' },
    });
    assert.equal(created.FunctionArn, arn('bank'));
    assert.equal(created.$metadata.httpStatusCode, 201);
    assert.equal(created.State, 'Active');
    const code = zip({ 'index.js': answering(1) });
    assert.equal(created.CodeSize, code.byteLength);
    assert.equal(created.CodeSha256, createHash('sha256').update(code).digest('base64'));
    await waitUntilFunctionActiveV2({ client: lambda.client, maxWaitTime: 5 }, { FunctionName: 'bank' });
    await waitUntilFunctionUpdatedV2({ client: lambda.client, maxWaitTime: 5 }, { FunctionName: 'bank' });

    const got = await lambda.client.send(new GetFunctionCommand({ FunctionName: arn('bank') }));
    assert.deepEqual(got.Tags, { team: 'blue' });
    const { Configuration: shown } = got;
    assert.equal(shown?.Description, 'moves money');
    assert.equal(shown?.MemorySize, 256);
    assert.equal(shown?.Timeout, 7);
    assert.equal(shown?.Role, ROLE.arn);
    assert.equal(shown?.Handler, 'index.handler');
    assert.equal(shown?.Runtime, 'nodejs22.x');
    assert.equal(shown?.LastUpdateStatus, 'Successful');
    assert.deepEqual(shown?.Environment?.Variables, { CLUSTER_ENDPOINT: 'localhost' });
    assert.ok(Math.abs(Date.parse(shown.LastModified!) - Date.now()) < 60_000);

    await lambda.client.send(new DeleteFunctionCommand({ FunctionName: 'bank' }));
    const missing = { name: 'ResourceNotFoundException', message: `Function not found: ${arn('bank')}` };
    await assert.rejects(lambda.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'bank' })), missing);
    await assert.rejects(lambda.client.send(new DeleteFunctionCommand({ FunctionName: 'bank' })), missing);
    await assert.rejects(lambda.invoke('bank'), missing);
    assert.deepEqual(fs.readdirSync(path.join(lambda.folder, 'lambda', 'functions')), []);
    await lambda.create('bank', answering(2));
    assert.equal((await lambda.invoke('bank')).payload, 2);
  });

  it('refuses a second function of the same name', async () => {
    await lambda.create('bank', answering(1));
    await assert.rejects(lambda.create('bank', answering(2)), {
      name: 'ResourceConflictException',
      message: 'Function already exist: bank',
    });
    assert.equal((await lambda.invoke('bank')).payload, 1);
  });

  it('updates code and configuration; what runs ends on the old code', async () => {
    const gate = path.join(lambda.folder, 'gate');
    await lambda.create(
      'bank',
      `const fs = require('node:fs'); const gate = ${JSON.stringify(gate)};
       exports.handler = async e => {
         if (e.held) fs.writeFileSync(gate + '-reached', '');
         while (e.held && !fs.existsSync(gate)) await new Promise(r => setTimeout(r, 10));
         return process.env.WHO }`,
      {
        Environment: { Variables: { WHO: 'old' } },
      },
    );
    await lambda.invoke('bank', {});
    const running = lambda.invoke('bank', { held: true });
    await until(() => fs.existsSync(`${gate}-reached`));
    await lambda.client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'bank',
        Environment: { Variables: { WHO: 'new' } },
        Timeout: 5,
      }),
    );
    assert.equal((await lambda.invoke('bank', {})).payload, 'new');
    fs.writeFileSync(gate, '');
    assert.equal((await running).payload, 'old');
    const updated = await lambda.client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'bank', ZipFile: zip({ 'index.js': answering(2) }) }),
    );
    assert.equal(updated.Timeout, 5);
    assert.equal((await lambda.invoke('bank')).payload, 2);
    const folder = path.join(lambda.folder, 'lambda', 'functions', 'bank');
    await until(() => fs.readdirSync(folder).filter(name => name.startsWith('code-')).length === 1);
  });

  it('lists in pages, in order of names', async () => {
    for (const name of ['c', 'a', 'e', 'b', 'd']) await lambda.create(name, answering(1));
    const pages: string[][] = [];
    for await (const page of paginateListFunctions({ client: lambda.client, pageSize: 2 }, {}))
      pages.push(page.Functions!.map(one => one.FunctionName!));
    assert.deepEqual(pages, [['a', 'b'], ['c', 'd'], ['e']]);
    const settings = await lambda.client.send(new GetAccountSettingsCommand({}));
    assert.equal(settings.AccountUsage?.FunctionCount, 5);
  });

  it('publishes versions and points aliases at them', async () => {
    await lambda.create('bank', answering(1));
    const first = await lambda.client.send(new PublishVersionCommand({ FunctionName: 'bank', Description: 'one' }));
    assert.equal(first.Version, '1');
    assert.equal(first.FunctionArn, `${arn('bank')}:1`);
    await lambda.client.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'bank',
        ZipFile: zip({ 'index.js': answering(2) }),
        Publish: true,
      }),
    );
    const listed = await lambda.client.send(new ListVersionsByFunctionCommand({ FunctionName: 'bank' }));
    assert.deepEqual(
      listed.Versions?.map(version => version.Version),
      ['$LATEST', '1', '2'],
    );
    await lambda.client.send(new CreateAliasCommand({ FunctionName: 'bank', Name: 'live', FunctionVersion: '1' }));
    const run = async (Qualifier?: string) => {
      const answer = await lambda.client.send(new InvokeCommand({ FunctionName: 'bank', Qualifier }));
      return [JSON.parse(Buffer.from(answer.Payload!).toString()), answer.ExecutedVersion];
    };
    assert.deepEqual(await run(), [2, '$LATEST']);
    assert.deepEqual(await run('1'), [1, '1']);
    assert.deepEqual(await run('live'), [1, '1']);
    assert.equal((await lambda.invoke(`${arn('bank')}:live`)).payload, 1);
    await lambda.client.send(new UpdateAliasCommand({ FunctionName: 'bank', Name: 'live', FunctionVersion: '2' }));
    assert.deepEqual(await run('live'), [2, '2']);
    const alias = await lambda.client.send(new GetAliasCommand({ FunctionName: 'bank', Name: 'live' }));
    assert.equal(alias.AliasArn, `${arn('bank')}:live`);
    const again = new CreateAliasCommand({ FunctionName: 'bank', Name: 'live', FunctionVersion: '1' });
    await assert.rejects(lambda.client.send(again), { name: 'ResourceConflictException' });
    await lambda.client.send(new DeleteAliasCommand({ FunctionName: 'bank', Name: 'live' }));
    assert.deepEqual((await lambda.client.send(new ListAliasesCommand({ FunctionName: 'bank' }))).Aliases, []);
    await assert.rejects(run('live'), {
      name: 'ResourceNotFoundException',
      message: `Function not found: ${arn('bank')}:live`,
    });
  });

  it('deletes a version with its code, and no other', async () => {
    await lambda.create('bank', answering(1), { Publish: true });
    const ZipFile = zip({ 'index.js': answering(2) });
    await lambda.client.send(new UpdateFunctionCodeCommand({ FunctionName: 'bank', ZipFile, Publish: true }));
    assert.equal((await lambda.invoke('bank:1')).payload, 1);
    const folder = path.join(lambda.folder, 'lambda', 'functions', 'bank');
    const codes = () => fs.readdirSync(folder).filter(name => name.startsWith('code-'));
    assert.equal(codes().length, 2);
    const remove = (Qualifier: string) =>
      lambda.client.send(new DeleteFunctionCommand({ FunctionName: 'bank', Qualifier }));
    await remove('1');
    await until(() => codes().length === 1);
    const { Versions } = await lambda.client.send(new ListVersionsByFunctionCommand({ FunctionName: 'bank' }));
    assert.deepEqual(
      Versions?.map(({ Version }) => Version),
      ['$LATEST', '2'],
    );
    assert.equal((await lambda.invoke('bank:2')).payload, 2);
    const gone = { name: 'ResourceNotFoundException', message: `Function not found: ${arn('bank')}:1` };
    await assert.rejects(lambda.invoke('bank:1'), gone);
    await assert.rejects(remove('1'), gone);
    await assert.rejects(remove('$LATEST'), {
      name: 'InvalidParameterValueException',
      message: /\$LATEST version cannot/,
    });
    await remove('2');
    const next = await lambda.client.send(new PublishVersionCommand({ FunctionName: 'bank' }));
    assert.equal(next.Version, '3', 'no number is given twice');
  });

  it('goes on with what is stored where a change cannot be', async () => {
    await lambda.create('bank', answering(1));
    const folder = path.join(lambda.folder, 'lambda', 'functions', 'bank');
    fs.renameSync(folder, `${folder}-away`);
    fs.writeFileSync(folder, '');
    for (const command of [
      new UpdateFunctionConfigurationCommand({ FunctionName: 'bank', Timeout: 9 }),
      new PublishVersionCommand({ FunctionName: 'bank' }),
    ])
      await assert.rejects(lambda.client.send(command as PublishVersionCommand), { name: 'ServiceException' });
    fs.rmSync(folder);
    fs.renameSync(`${folder}-away`, folder);
    const shown = await lambda.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'bank' }));
    assert.equal(shown.Timeout, 20);
    const { Versions } = await lambda.client.send(new ListVersionsByFunctionCommand({ FunctionName: 'bank' }));
    assert.equal(Versions?.length, 1);
    assert.equal((await lambda.invoke('bank')).payload, 1);
  });

  it('keeps tags', async () => {
    await lambda.create('bank', answering(1));
    await lambda.client.send(new TagResourceCommand({ Resource: arn('bank'), Tags: { a: '1', b: '2' } }));
    await lambda.client.send(new UntagResourceCommand({ Resource: arn('bank'), TagKeys: ['a'] }));
    assert.deepEqual((await lambda.client.send(new ListTagsCommand({ Resource: arn('bank') }))).Tags, { b: '2' });
  });

  it('keeps functions across restarts', async () => {
    await lambda.create('bank', answering(7), { Environment: { Variables: { MODE: 'x' } } });
    await lambda.client.send(new PublishVersionCommand({ FunctionName: 'bank' }));
    await lambda.restart();
    assert.equal((await lambda.invoke('bank')).payload, 7);
    assert.equal((await lambda.invoke('bank:1')).payload, 7);
    const shown = await lambda.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'bank' }));
    assert.deepEqual(shown.Environment?.Variables, { MODE: 'x' });
  });

  it('leaves out a function whose file is damaged, and serves the others', async () => {
    await lambda.create('bad', answering(1));
    await lambda.create('good', answering(2));
    const file = path.join(lambda.folder, 'lambda', 'functions', 'bad', 'function.json');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').slice(0, 20));
    await lambda.restart();
    assert.equal((await lambda.invoke('good')).payload, 2);
    await assert.rejects(lambda.invoke('bad'), { name: 'ResourceNotFoundException' });
    assert.ok(fs.existsSync(file));
    await until(() => lambda.logged.some(text => text.includes('function bad cannot be read')));
  });

  for (const [what, overrides, name, message] of [
    [
      'a memory size that is too small',
      { MemorySize: 64 },
      'ValidationException',
      /'MemorySize' failed .* greater than or equal to 128/,
    ],
    [
      'a timeout that is too long',
      { Timeout: 901 },
      'ValidationException',
      /'Timeout' failed .* less than or equal to 900/,
    ],
    ['a role that is none', { Role: 'admin' }, 'ValidationException', /'admin' at 'role'/],
    [
      'a runtime that is not here',
      { Runtime: 'python3.12' as const },
      'InvalidParameterValueException',
      /Node\.js functions only/,
    ],
    [
      'a reserved variable',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'InvalidParameterValueException',
      /reserved keys .*: AWS_REGION/,
    ],
    [
      'too large an environment',
      { Environment: { Variables: { BIG: 'x'.repeat(4096) } } },
      'InvalidParameterValueException',
      /4KB limit/,
    ],
    ['a name that is none', { FunctionName: 'a b' }, 'ValidationException', /'a b' at 'functionName'/],
    [
      'code that is no zip',
      { Code: { ZipFile: Buffer.from('PK nothing') } },
      'InvalidParameterValueException',
      /Could not unzip/,
    ],
    ['an empty zip', { Code: { ZipFile: zip({}) } }, 'InvalidParameterValueException', /Could not unzip/],
    ['code in S3', { Code: { S3Bucket: 'b', S3Key: 'k' } }, 'InvalidParameterValueException', /ZipFile only/],
    [
      'a zip that leaves its folder',
      { Code: { ZipFile: zip({ '../../../outside.js': '1', 'index.js': '1' }) } },
      'InvalidParameterValueException',
      /Could not unzip/,
    ],
    [
      'a zip with a file that is also a folder',
      { Code: { ZipFile: zip({ 'index.js': '1', a: '1', 'a/b.js': '1' }) } },
      'InvalidParameterValueException',
      /Could not unzip/,
    ],
    [
      'a zip with a folder that is also a file',
      { Code: { ZipFile: zip({ 'index.js': '1', 'a/b.js': '1', a: '1' }) } },
      'InvalidParameterValueException',
      /Could not unzip/,
    ],
    [
      'a zip with a name that no file can have',
      { Code: { ZipFile: zip({ 'index.js': '1', [`${'x'.repeat(300)}.js`]: '1' }) } },
      'InvalidParameterValueException',
      /Could not unzip/,
    ],
  ] as const)
    it(`refuses ${what}`, async () => {
      const refused = await lambda.create('bank', answering(1), overrides).then(
        () => assert.fail('accepted'),
        (error: Error) => error,
      );
      assert.equal(refused.name, name);
      assert.match(refused.message, message);
      assert.ok(!fs.existsSync(path.join(lambda.folder, 'outside.js')));
      await assert.rejects(lambda.invoke('bank'), { name: 'ResourceNotFoundException' });
    });

  it('refuses a zip that would unpack to more than 250 MB', async () => {
    const bomb = zip({
      'index.js': '1',
      'a.bin': new Uint8Array(130 * 1024 * 1024),
      'b.bin': new Uint8Array(130 * 1024 * 1024),
    });
    assert.ok(bomb.byteLength < 1024 * 1024);
    await assert.rejects(lambda.create('bomb', '', { Code: { ZipFile: bomb } }), {
      name: 'InvalidParameterValueException',
      message: /Unzipped size/,
    });
  });
});
