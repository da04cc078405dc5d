import assert from 'node:assert/strict';
import { scripted } from '../../../src/cli/rehearsal/captured';
import { differences } from '../../../src/cli/rehearsal/compare';
import { undeclared } from '../../../src/cli/rehearsal/requirements';
import { callsOf } from '../../../src/core/aws/command-calls';
import type { AwsCall } from '../../../src/local/aws/contract';

const call = (operation: string, input: Record<string, unknown>, service = 'dsql'): AwsCall => ({
  ...{ service, region: 'us-east-1', operation, input },
});
const of = (...calls: AwsCall[]) => scripted(calls, { abc: '<cluster>' });

describe('what was sent against a script', () => {
  it('keeps what a change of the product would change, and nothing that differs from run to run', () => {
    const token = 'bf9962aa-39ab-4cf4-abc9-3f24d113c585'; // with the cluster's name among its digits
    assert.deepEqual(
      of(
        call('UpdateCluster', { identifier: 'abc', clientToken: token, deletionProtectionEnabled: false }),
        call('GetCluster', { identifier: 'abc' }),
        call('GetCluster', { identifier: 'abc' }),
        call('Invoke', { Payload: { id: 17, name: 'x' }, Code: { ZipFile: 4711 }, MemorySize: 512 }, 'lambda'),
      ),
      [
        {
          call: 'dsql UpdateCluster us-east-1',
          input: { clientToken: '<uuid>', deletionProtectionEnabled: false, identifier: '<cluster>' },
        },
        { call: 'dsql GetCluster us-east-1', input: { identifier: '<cluster>' } },
        {
          call: 'lambda Invoke us-east-1',
          input: { Code: { ZipFile: '<number>' }, MemorySize: 512, Payload: { id: '<number>', name: 'x' } },
        },
      ],
    );
  });

  it('names the member that changed', () => {
    const before = of(call('CreateCluster', { tags: { Name: 'bank', a: '1' }, deletionProtectionEnabled: true }));
    const now = of(call('CreateCluster', { tags: { Name: 'bench' }, deletionProtectionEnabled: true }));
    assert.deepEqual(differences(now, before), [
      'dsql CreateCluster us-east-1: tags.Name was "bank", is "bench"',
      'dsql CreateCluster us-east-1: tags.a was "1", is absent',
    ]);
    assert.deepEqual(differences(before, before), []);
  });

  it('names what is sent beyond the script, and what no longer is', () => {
    const [get, list] = [call('GetCluster', { identifier: 'abc' }), call('ListClusters', {})];
    assert.deepEqual(differences(of(get, list), of(get)), [
      'sent, and not in the script: dsql ListClusters us-east-1 {}',
    ]);
    assert.deepEqual(differences(of(get), of(get, list)), [
      'in the script, and not sent: dsql ListClusters us-east-1 {}',
    ]);
  });

  it('minds the order, but where calls are sent at the same time', () => {
    const [get, list] = [call('GetCluster', { identifier: 'abc' }), call('ListClusters', {})];
    const other = call('GetCluster', { identifier: 'x' });
    assert.deepEqual(differences(of(get, list, other), of(get, other, list)), [
      'in another order: dsql ListClusters us-east-1 {} where the script has dsql GetCluster us-east-1 {"identifier":"x"}',
    ]);
    assert.deepEqual(differences(of(list, get), of(get, list), { anyOrder: true }), []);
  });

  it('finds what a command did not say that it calls', () => {
    const sent = [
      call('GetMetricData', {}, 'monitoring'),
      call('ListClusters', {}),
      call('ListClusters', { nextToken: '2' }),
    ];
    assert.deepEqual(undeclared(sent, callsOf('cost')), ['dsql ListClusters']);
    assert.deepEqual(undeclared(sent, [...callsOf('cost'), ...callsOf('find-clusters')]), []);
  });
});
