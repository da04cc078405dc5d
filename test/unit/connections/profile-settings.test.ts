import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConnectionProfile } from '../../../src/core/connections/connection-profile';
import {
  connectionEntry,
  withProfile,
  freeName,
  PROFILE_ENVIRONMENTS,
  readConnectionProfiles,
} from '../../../src/core/connections/profile-settings';

const ID = 'abcdefghijklmnopqrstuvwx23';
const HOST = `${ID}.dsql.eu-west-1.on.aws`;

describe('the setting of connections', () => {
  it('needs a name and an endpoint, and fills in the rest', () => {
    const { profiles, problems } = readConnectionProfiles([{ name: 'orders', endpoint: HOST }]);
    assert.deepEqual(problems, []);
    assert.deepEqual(profiles, [
      {
        id: 'name:orders',
        name: 'orders',
        kind: 'aws',
        host: HOST,
        port: 5432,
        region: 'eu-west-1',
        user: 'admin',
        readOnly: false,
        environment: 'development',
      },
    ]);
    assert.deepEqual(readConnectionProfiles(undefined), { profiles: [], problems: [] });
  });

  it('takes a cluster id with its Region, and a stand-in with an authority of its own', () => {
    const { profiles } = readConnectionProfiles([
      { name: 'a', endpoint: ID, region: 'eu-west-1' },
      { name: 'b', endpoint: 'localhost', region: 'us-east-1', caFile: '/ca.pem', port: 15432 },
    ]);
    assert.deepEqual(
      profiles.map(({ host, region, port }) => [host, region, port]),
      [
        [HOST, 'eu-west-1', 5432],
        ['localhost', 'us-east-1', 15432],
      ],
    );
  });

  const good = { name: 'good', endpoint: HOST };
  const wrong: [what: string, entry: unknown, field: string | undefined, message: RegExp][] = [
    ['no object', 7, undefined, /\[1\]: not an object/],
    ['a list', [], undefined, /not an object/],
    ['no name', { endpoint: HOST }, 'name', /"name" is missing/],
    ['a name of blanks', { name: '  ', endpoint: HOST }, 'name', /"name" is missing/],
    ['a name twice', good, 'name', /\[1\] \("good"\): another connection/],
    ['the id of the local cluster', { ...good, name: 'x', id: 'local' }, 'id', /"local" is taken/],
    ['a name for an address', { ...good, name: 'x', hostaddr: 'bastion' }, 'hostaddr', /not an IP address/],
    ['numbers too large for one', { ...good, name: 'x', hostaddr: '10.0.0.256' }, 'hostaddr', /not an IP address/],
    ['an address with a dot too many', { ...good, name: 'x', hostaddr: '10.0.0.1.' }, 'hostaddr', /not an IP address/],
    ['an address with a port', { ...good, name: 'x', hostaddr: '[::1]:5432' }, 'hostaddr', /not an IP address/],
    ['no endpoint', { name: 'x' }, 'endpoint', /\("x"\): "endpoint" is missing/],
    ['another host', { name: 'x', endpoint: 'db.example.com' }, 'endpoint', /not an Aurora DSQL endpoint/],
    ['an id without Region', { name: 'x', endpoint: ID }, 'region', /which Region/],
    ['another Region', { name: 'x', endpoint: HOST, region: 'us-east-1' }, 'region', /not in us-east-1/],
    ['a number for a text', { name: 'x', endpoint: HOST, user: 7 }, 'user', /"user" is not a text/],
    ['a wrong flag', { name: 'x', endpoint: HOST, readOnly: 'yes' }, 'readOnly', /"readOnly" is not true or false/],
    ['a wrong environment', { name: 'x', endpoint: HOST, environment: 'prod' }, 'environment', /none of development/],
    ['a wrong port', { name: 'x', endpoint: HOST, port: 0 }, 'port', /"port" is not a port/],
    [
      'a role to assume that is not named',
      { name: 'x', endpoint: HOST, assumeLambdaRole: true },
      'assumeLambdaRole',
      /without a role/,
    ],
    ['a field that is not known', { name: 'x', endpoint: HOST, colour: 'red' }, 'colour', /"colour" is not known/],
  ];
  for (const [what, entry, field, message] of wrong) {
    it(`names entry and field for ${what}, and keeps the other entries`, () => {
      const { profiles, problems } = readConnectionProfiles([good, entry, { ...good, name: 'other' }]);
      assert.deepEqual(
        profiles.map(({ name }) => name),
        ['good', 'other'],
      );
      assert.equal(problems.length, 1);
      const [problem] = problems;
      assert.equal(problem?.code, 'CONNECTION_MALFORMED');
      assert.match(problem?.message ?? '', message);
      assert.deepEqual([problem?.details?.index, problem?.details?.field], [1, field]);
      assert.ok(problem?.nextStep);
    });
  }

  it('tells people who write a password there to remove it, and does not repeat it', () => {
    for (const field of ['password', 'token', 'secretAccessKey']) {
      const { problems } = readConnectionProfiles([{ ...good, [field]: 'hunter2' }]);
      assert.match(problems[0]?.nextStep ?? '', /^Remove it/);
      assert.doesNotMatch(JSON.stringify([problems[0]?.message, problems[0]?.details]), /hunter2/);
    }
  });

  it('keeps a password out of its errors that stands in the endpoint', () => {
    const { problems } = readConnectionProfiles([{ name: 'x', endpoint: 'postgres://admin:hunter2@db.example.com/x' }]);
    assert.equal(problems[0]?.details?.field, 'endpoint');
    assert.doesNotMatch(JSON.stringify([problems[0]?.message, problems[0]?.details]), /hunter2/);
  });

  it('counts the lists of several settings files apart, with names that are unique over all', () => {
    const { profiles } = readConnectionProfiles([good]);
    const second = readConnectionProfiles([good, { ...good, name: 'own' }], profiles, 'workspace settings');
    assert.deepEqual(
      second.profiles.map(({ name }) => name),
      ['own'],
    );
    assert.match(second.problems[0]?.message ?? '', /^workspace settings\[0\] \("good"\): another/);
  });

  it('is one problem when it is no list', () => {
    assert.equal(readConnectionProfiles({ orders: good }).problems[0]?.code, 'CONNECTION_MALFORMED');
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9 ]{0,10}[a-z]$/);
  const profile: fc.Arbitrary<ConnectionProfile> = fc.record(
    {
      id: fc.uuid(),
      name: word,
      kind: fc.constant('aws' as const),
      host: fc.constant(HOST),
      port: fc.integer({ min: 1, max: 65_535 }),
      region: fc.constant('eu-west-1'),
      user: word,
      readOnly: fc.boolean(),
      environment: fc.constantFrom(...PROFILE_ENVIRONMENTS),
      awsProfile: word,
      schema: word,
      caFile: word,
      hostaddr: fc.oneof(fc.ipV4(), fc.ipV6()),
      lambdaRoleArn: fc.constant('arn:aws:iam::123456789012:role/fn'),
    },
    {
      requiredKeys: ['id', 'name', 'kind', 'host', 'port', 'region', 'user', 'readOnly', 'environment'],
      noNullPrototype: true,
    },
  );

  it('reads what it writes', () => {
    fc.assert(
      fc.property(profile, fc.boolean(), (written, assumes) => {
        const each: ConnectionProfile =
          assumes && written.lambdaRoleArn !== undefined ? { ...written, assumeLambdaRole: true } : written;
        const entry: unknown = JSON.parse(JSON.stringify(connectionEntry(each)));
        assert.deepEqual(readConnectionProfiles([entry]), { profiles: [each], problems: [] });
      }),
    );
  });

  it('finds a name that is free', () => {
    const { profiles } = readConnectionProfiles([good, { ...good, name: 'good 2' }]);
    assert.equal(freeName('good', profiles), 'good 3');
    assert.equal(freeName('better', profiles), 'better');
  });

  it('writes a profile beside the others, which stay as they are, and over its own entry', () => {
    const foreign = { name: 'by hand', endpoint: 'broken', note: 'kept' };
    const read = (name: string): ConnectionProfile => {
      const endpoint = 'abcdefghijklmnopqrstuvwx23.dsql.eu-west-1.on.aws';
      const [profile] = readConnectionProfiles([{ name, endpoint }]).profiles;
      assert.ok(profile);
      return profile;
    };
    const one = withProfile([foreign], read('one'));
    const two = withProfile(one, read('two'));
    assert.deepEqual(
      two.map(entry => (entry as { name: string }).name),
      ['by hand', 'one', 'two'],
    );
    assert.equal(two[0], foreign);
    const changed = withProfile(two, { ...read('one'), readOnly: true });
    assert.deepEqual([changed.length, (changed[1] as { readOnly?: boolean }).readOnly], [3, true]);
  });
});
