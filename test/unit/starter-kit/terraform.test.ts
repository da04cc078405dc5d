import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { workshopTags } from '../../../src/core/aws/tags';
import { filesBelow } from '../../../src/node/workspace/folder';
import { tooWide, type PolicyStatement } from '../../support/policy-width';
import {
  readModule,
  terraformProblems,
  type TerraformModule,
  type TerraformSchema,
} from '../../support/terraform-check';

const root = path.resolve(__dirname, '../../../workshop/starter-kit/infra/terraform');
const schema = JSON.parse(
  fs.readFileSync(path.resolve(__dirname, '../../fixtures/terraform/schema.json'), 'utf8'),
) as TerraformSchema;
const FOLDERS = ['single-region', 'multi-region', 'transfer-function'] as const;
const read = (folder: string, texts?: Record<string, string>): Promise<TerraformModule> =>
  readModule(path.join(root, folder), texts);

/** Statements of a policy document as IAM would have them; expressions stand as references. */
function statementsOf(module: TerraformModule, document: string): PolicyStatement[] {
  const [body] = module.data['aws_iam_policy_document']?.[document] ?? [];
  const { statement = [], dynamic = {} } = body as {
    statement?: Record<string, unknown>[];
    dynamic?: { statement?: { content: Record<string, unknown>[] }[] };
  };
  const all = [...statement, ...(dynamic.statement ?? []).flatMap(({ content }) => content)];
  const resolve = (text: string): string =>
    text
      .replace(/^\$\{local\.(\w+)\}$/, (_, name: string) => String(module.locals[name]))
      .replace(/^\$\{(.*)\}$/, '<ref:$1>');
  return all.map(({ actions, resources, not_actions, not_resources, effect }) => ({
    Effect: String(effect),
    Action: actions as string[],
    Resource: ((resources ?? []) as string[]).map(resolve),
    NotAction: not_actions,
    NotResource: not_resources,
  }));
}

describe('the Terraform templates of the starter kit', () => {
  for (const folder of FOLDERS)
    it(`${folder} is what the providers take, and refers to nothing that is not there`, async () => {
      assert.deepEqual(await terraformProblems(await read(folder), schema), []);
    });

  it('are all looked at', () => {
    const folders = new Set(
      filesBelow(root)
        .filter(file => file.endsWith('.tf'))
        .map(file => path.posix.dirname(file)),
    );
    assert.deepEqual([...folders].sort(), [...FOLDERS].sort());
  });

  describe('would be caught', () => {
    const broken: [what: string, folder: string, file: string, from: string, to: string, problem: RegExp][] = [
      [
        'an argument that does not exist',
        'single-region',
        'main.tf',
        'deletion_protection_enabled',
        'deletion_protection',
        /no argument deletion_protection$/,
      ],
      [
        'a resource that does not exist',
        'single-region',
        'main.tf',
        '"aws_dsql_cluster" "bank"',
        '"aws_dsql_database" "bank"',
        /no such resource/,
      ],
      [
        'a required argument that is missing',
        'multi-region',
        'main.tf',
        '  identifier     = aws_dsql_cluster.second.identifier\n',
        '',
        /aws_dsql_cluster_peering\.second: identifier is required/,
      ],
      [
        'one that is missing in a block',
        'transfer-function',
        'main.tf',
        '    log_format = "Text"\n',
        '',
        /logging_config: log_format is required/,
      ],
      [
        'a variable that is not declared',
        'single-region',
        'outputs.tf',
        'local.public_endpoint',
        'var.endpoint',
        /var\.endpoint refers to nothing/,
      ],
      [
        'a reference to nothing',
        'single-region',
        'outputs.tf',
        'aws_dsql_cluster.bank.arn',
        'aws_dsql_cluster.bnk.arn',
        /refers to nothing/,
      ],
      [
        'an attribute that does not exist',
        'single-region',
        'main.tf',
        'aws_dsql_cluster.bank.identifier}.dsql',
        'aws_dsql_cluster.bank.endpoint}.dsql',
        /bank\.endpoint refers to nothing/,
      ],
      [
        'an output that a module does not have',
        'single-region',
        'outputs.tf',
        'module.transfer.role_arn',
        'module.transfer.role',
        /refers to nothing/,
      ],
      [
        'a variable that a module does not have',
        'single-region',
        'main.tf',
        'cluster_arn      =',
        'cluster          =',
        /no variable cluster$/,
      ],
      [
        'a variable that a module needs',
        'multi-region',
        'main.tf',
        '  cluster_endpoint = local.second_endpoint\n',
        '',
        /cluster_endpoint is required/,
      ],
      [
        'a local that is not there',
        'single-region',
        'private-link.tf',
        'service_identifier = element',
        'identifier = element',
        /local\.service_identifier refers to nothing/,
      ],
      ['a version that is not pinned', 'single-region', 'versions.tf', '"~> 6.25"', '">= 5"', /no pinned version/],
    ];
    for (const [what, folder, file, from, to, problem] of broken)
      it(what, async () => {
        const text = fs.readFileSync(path.join(root, folder, file), 'utf8');
        assert.ok(text.includes(from), from);
        const problems = await terraformProblems(await read(folder, { [file]: text.replace(from, to) }), schema);
        assert.ok(
          problems.some(found => problem.test(found)),
          problems.join('\n') || 'nothing was found',
        );
      });
  });

  it('allow the function to connect to its cluster and to write its log, and in a VPC what Lambda needs there', async () => {
    const module = await read('transfer-function');
    const statements = statementsOf(module, 'function');
    const vpc = statements.filter(({ Resource }) => String(Resource) === '*');
    assert.deepEqual(tooWide(statements.filter(statement => !vpc.includes(statement))), []);
    assert.deepEqual(
      vpc.map(({ Action }) => Action),
      [
        [
          'ec2:CreateNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses',
          'ec2:UnassignPrivateIpAddresses',
        ],
      ],
    );
    assert.deepEqual(
      statementsOf(module, 'assume').map(({ Action }) => Action),
      [['sts:AssumeRole']],
    );
    const text = fs.readFileSync(path.join(root, 'transfer-function/main.tf'), 'utf8');
    for (const [from, to] of [
      ['[var.cluster_arn]', '["*"]'],
      ['["dsql:DbConnect"]', '["dsql:DbConnect", "dsql:DbConnectAdmin"]'],
      ['/aws/lambda/${var.function_prefix}*', '*'],
    ] as const) {
      const wider = statementsOf(await read('transfer-function', { 'main.tf': text.replace(from, to) }), 'function');
      assert.notDeepEqual(tooWide(wider.filter(({ Action }) => !String(Action).startsWith('ec2:'))), [], to);
    }
    for (const folder of ['single-region', 'multi-region'] as const)
      for (const [[call]] of Object.values((await read(folder)).module).map(bodies => [bodies] as const))
        assert.match(String(call?.['cluster_arn']), /^\$\{aws_dsql_cluster\.\w+\.arn\}$/);
  });

  it('make clusters that can be deleted again, tagged so that a teardown finds them', async () => {
    for (const folder of ['single-region', 'multi-region'] as const) {
      const module = await read(folder);
      for (const [cluster] of Object.values(module.resource['aws_dsql_cluster'] ?? {})) {
        assert.equal(cluster?.['deletion_protection_enabled'], false);
        assert.ok(Object.hasOwn(cluster?.['tags'] ?? {}, 'Name'));
      }
      const [provider] = module.provider['aws'] ?? [];
      assert.deepEqual((provider?.['default_tags'] as { tags: unknown }[])[0]?.tags, workshopTags());
    }
  });

  it('peer both clusters with each other, under one witness', async () => {
    const { resource } = await read('multi-region');
    const peerings = Object.entries(resource['aws_dsql_cluster_peering'] ?? {}).map(([name, [body]]) => [
      name,
      body?.['identifier'],
      body?.['clusters'],
      body?.['witness_region'],
    ]);
    assert.deepEqual(peerings, [
      ['first', '${aws_dsql_cluster.first.identifier}', ['${aws_dsql_cluster.second.arn}'], '${var.witness_region}'],
      ['second', '${aws_dsql_cluster.second.identifier}', ['${aws_dsql_cluster.first.arn}'], '${var.witness_region}'],
    ]);
  });
});
