import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createCodeFolder } from '../../../src/node/workspace/folder';

const run = promisify(execFile);
const packages = path.resolve(__dirname, '../../../node_modules');

/** As somebody has it who started the workshop and installed the packages. */
describe('a copy of the starter kit', function () {
  this.timeout(240_000);
  let folder: string;
  let directory: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dsqlw-kit-'));
    directory = path.join(folder, 'bank');
    createCodeFolder(directory, false);
    fs.symlinkSync(packages, path.join(directory, 'node_modules'), 'junction');
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('is synthesised by the CDK CLI, without an account, and bundles its own handler', async () => {
    fs.appendFileSync(path.join(directory, 'lambda/index.ts'), "\nexport const mine = 'a line of the learner';\n");
    const infra = path.join(directory, 'infra/cdk');
    const cli = path.join(packages, 'aws-cdk/bin/cdk');
    // neither credentials nor the network are there to be asked
    const { PATH, SystemRoot, COMSPEC } = process.env;
    const env = { PATH, SystemRoot, COMSPEC, HOME: folder, AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' };
    await run(process.execPath, [cli, 'synth', '--quiet', '--no-notices', '--no-color'], { cwd: infra, env });

    const out = path.join(infra, 'cdk.out');
    const template = JSON.parse(fs.readFileSync(path.join(out, 'DsqlWorkshop.template.json'), 'utf8')) as {
      Resources: Record<string, { Type: string; Metadata?: Record<string, string> }>;
    };
    const lambda = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Lambda::Function');
    const bundle = path.join(out, lambda?.Metadata?.['aws:asset:path'] ?? '');
    assert.deepEqual(fs.readdirSync(bundle).sort(), ['index.js', 'index.js.map']);
    const code = fs.readFileSync(path.join(bundle, 'index.js'), 'utf8');
    assert.match(code, /a line of the learner/);
    assert.match(code, /getDbConnectAuthToken/);
    // the SDK itself tries for this one, and does without
    const imported = [...code.matchAll(/\brequire\("((?:pg|@aws-sdk\/[^"]+))"\)/g)].map(([, name]) => name);
    assert.deepEqual(
      [...new Set(imported)],
      ['@aws-sdk/signature-v4-crt'],
      'what the handler imports is in the bundle',
    );
    const { sources } = JSON.parse(fs.readFileSync(path.join(bundle, 'index.js.map'), 'utf8')) as { sources: string[] };
    assert.ok(sources.some(source => source.endsWith('lambda/index.ts')));
    assert.equal(await loaded(path.join(bundle, 'index.js'), env), 'function');
  });

  /** What Node makes of the bundle: the type of its handler. */
  async function loaded(file: string, env: NodeJS.ProcessEnv): Promise<string> {
    const { stdout } = await run(process.execPath, ['-p', `typeof require(${JSON.stringify(file)}).handler`], {
      env: { ...env, CLUSTER_ENDPOINT: 'aaaaaaaaaaaaaaaaaaaaaaaaaa.dsql.eu-west-1.on.aws' },
    });
    return stdout.trim();
  }
});
