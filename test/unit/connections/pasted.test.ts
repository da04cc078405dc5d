import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeError } from '../../../src/base/errors';
import { parseConnectionText, type PastedConnection } from '../../../src/core/connections/pasted/parse';

const ID = 'abcdefghijklmnopqrstuvwx23';
const HOST = `${ID}.dsql.us-east-1.on.aws`;
const TOKEN = `${HOST}/?Action=DbConnectAdmin&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261121%2Fus-east-1%2Fdsql%2Faws4_request&X-Amz-Date=20261121T000000Z&X-Amz-Expires=900&X-Amz-Security-Token=verysecret&X-Amz-SignedHeaders=host&X-Amz-Signature=deadbeef`;
const AT: PastedConnection = { host: HOST, region: 'us-east-1', clusterId: ID };

const UNDERSTOOD: Record<string, [text: string, connection: PastedConnection]> = {
  'an endpoint': [` ${HOST}\n`, AT],
  'an endpoint with a port': [`${HOST}:5433`, { ...AT, port: 5433 }],
  'an endpoint in capitals': [HOST.toUpperCase(), AT],
  'a URL of the endpoint': [`https://${HOST}/`, AT],
  'a cluster id alone': [ID, { clusterId: ID }],
  'an ARN': [`arn:aws:dsql:us-east-1:123456789012:cluster/${ID}`, AT],
  'a PrivateLink name': [
    'x.dsql-ab12.eu-west-1.vpce.amazonaws.com',
    { host: 'x.dsql-ab12.eu-west-1.vpce.amazonaws.com', region: 'eu-west-1' },
  ],
  'psql with options': [
    `PGSSLMODE=verify-full PGPASSWORD=hunter2 psql -h ${HOST} -p 5432 -U teller -d postgres -c "SELECT 1"`,
    { ...AT, port: 5432, user: 'teller' },
  ],
  'psql with long options and attached values': [
    `psql --quiet --host=${HOST} --port=5432 --username admin --dbname postgres`,
    { ...AT, port: 5432, user: 'admin' },
  ],
  'psql with short options run together': [`psql -h${HOST} -Uadmin`, { ...AT, user: 'admin' }],
  'psql with a token of the AWS CLI': [
    `PGPASSWORD=$(aws dsql generate-db-connect-admin-auth-token --hostname ${HOST} --region us-east-1 --profile bank) \\\n  psql --host ${HOST} --username admin`,
    { ...AT, user: 'admin', awsProfile: 'bank' },
  ],
  'psql with a quoted substitution': [
    `export PGPASSWORD="$(aws dsql generate-db-connect-auth-token --hostname ${HOST} --profile 'my bank' --expires-in 3600)"\npsql "host=${HOST} user='teller' dbname=postgres sslmode=verify-full"`,
    { ...AT, user: 'teller', awsProfile: 'my bank' },
  ],
  'psql with a URL': [`psql "postgresql://admin@${HOST}/postgres?sslmode=require"`, { ...AT, user: 'admin' }],
  'psql with a database and a user by place': [`psql -h ${HOST} postgres teller`, { ...AT, user: 'teller' }],
  'psql through a tunnel': [
    `psql "host=${HOST} hostaddr=127.0.0.1 port=15432 dbname=postgres user=admin sslmode=verify-full sslrootcert=system"`,
    { ...AT, hostaddr: '127.0.0.1', port: 15432, user: 'admin' },
  ],
  'psql through a PrivateLink interface, by variables': [
    `PGHOST=${HOST} PGHOSTADDR=10.0.3.17 PGUSER=teller psql`,
    { ...AT, hostaddr: '10.0.3.17', user: 'teller' },
  ],
  'a URL with an address of its own': [
    `postgresql://admin@${HOST}:15432/postgres?hostaddr=%3A%3A1&sslmode=verify-full`,
    { ...AT, hostaddr: '::1', port: 15432, user: 'admin' },
  ],
  'a URL without an authority part': [
    `postgresql:///postgres?host=${HOST}&hostaddr=127.0.0.1&port=15432`,
    { ...AT, hostaddr: '127.0.0.1', port: 15432 },
  ],
  'an address that is none': [`psql "host=${HOST} hostaddr=bastion user=admin"`, { ...AT, user: 'admin' }],
  'a path to psql on Windows': [`C:\\tools\\psql.exe -h ${HOST} -U admin`, { ...AT, user: 'admin' }],
  'variables of sh': [
    `export PGHOST=${HOST}\nexport PGUSER=teller\nexport PGPASSWORD='x y'\nexport AWS_PROFILE=bank`,
    { ...AT, user: 'teller', awsProfile: 'bank' },
  ],
  'variables of PowerShell': [
    `$env:PGHOST = "${HOST}"\n$env:PGUSER="admin"\n$env:PGPASSWORD = 'x'`,
    { ...AT, user: 'admin' },
  ],
  'a line of an .env file': [`CLUSTER_ENDPOINT=${HOST}`, AT],
  'the id in a variable, and the Region': [`CLUSTER_ID=${ID} AWS_REGION=us-east-1`, AT],
  'a postgres URL with a password': [
    `postgres://admin:p%40ss@${HOST}:5432/postgres`,
    { ...AT, port: 5432, user: 'admin' },
  ],
  'a postgres URL with a token unescaped': [`postgres://admin:${TOKEN}@${HOST}/postgres`, { ...AT, user: 'admin' }],
  'a JDBC URL': [
    `jdbc:postgresql://${HOST}:5432/postgres?user=teller&password=hunter2&sslmode=verify-full&currentSchema=bank`,
    { ...AT, port: 5432, user: 'teller', schema: 'bank' },
  ],
  "a JDBC URL of AWS's connector": [
    `jdbc:aws-dsql:postgresql://${HOST}/postgres?user=admin&profile=bank&region=us-east-1`,
    { ...AT, user: 'admin', awsProfile: 'bank' },
  ],
  'the command for an admin token': [
    `aws dsql generate-db-connect-admin-auth-token --hostname ${HOST} --region us-east-1`,
    { ...AT, user: 'admin' },
  ],
  'the command for a token, continued in PowerShell': [
    `aws dsql generate-db-connect-auth-token \`\n --hostname=${HOST} \`\r\n --expires-in 3600`,
    AT,
  ],
  'a continued command whose line ends an input field has taken out': [
    `PGPASSWORD=$(aws dsql generate-db-connect-auth-token --hostname ${HOST} \\--profile bank) \\psql \\  -h ${HOST} \\-U teller`,
    { ...AT, user: 'teller', awsProfile: 'bank' },
  ],
  'the same of PowerShell': [
    `aws dsql generate-db-connect-admin-auth-token \` --hostname ${HOST} \`  --profile bank`,
    { ...AT, user: 'admin', awsProfile: 'bank' },
  ],
  'psql with a token in backticks': [
    `PGPASSWORD=\`aws dsql generate-db-connect-admin-auth-token --hostname ${HOST} --profile bank\` psql -h ${HOST} -U admin`,
    { ...AT, user: 'admin', awsProfile: 'bank' },
  ],
  'the command to describe a cluster': [
    `aws --profile bank dsql get-cluster --identifier ${ID} --region us-east-1`,
    { ...AT, awsProfile: 'bank' },
  ],
  'that command without a Region': [`aws dsql get-cluster --identifier ${ID}`, { clusterId: ID }],
  'its answer': [
    JSON.stringify({
      identifier: ID,
      arn: `arn:aws:dsql:us-east-1:123456789012:cluster/${ID}`,
      status: 'ACTIVE',
      creationTime: '2026-11-21T00:00:00Z',
      deletionProtectionEnabled: true,
      tags: {},
    }),
    AT,
  ],
  'its answer with an endpoint': [JSON.stringify({ identifier: ID, endpoint: HOST }), AT],
  'a list of one cluster': [
    JSON.stringify({ clusters: [{ identifier: ID, arn: `arn:aws:dsql:us-east-1:123456789012:cluster/${ID}` }] }),
    AT,
  ],
  'settings of a driver': [
    JSON.stringify({ host: HOST, port: 5432, user: 'teller', password: 'hunter2' }),
    { ...AT, port: 5432, user: 'teller' },
  ],
  'a token': [TOKEN, { ...AT, user: 'admin' }],
  'a token for another Region than the host names has the one it was signed for': [
    TOKEN.replace(HOST, `${ID}.dsql.us-east-1.on.aws`),
    { ...AT, user: 'admin' },
  ],
  'an endpoint in a sentence': [`The cluster is ${HOST}, ask Eve for access to ${HOST}.`, AT],
};

describe('parseConnectionText', () => {
  for (const [what, [text, connection]] of Object.entries(UNDERSTOOD)) {
    it(`understands ${what}`, () => assert.deepEqual(parseConnectionText(text), connection));
  }

  const unknown = [
    '',
    'hello',
    'psql -h localhost -U admin',
    'postgres://u:secret@db.example.com/x',
    `${ID} ${ID.replace('a', 'b')}`,
  ];
  for (const text of [...unknown, '{}', '{"a":', `${HOST} ${HOST.replace('a', 'b')}`]) {
    it(`finds no cluster in ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseConnectionText(text), { code: 'CONNECTION_TEXT_UNKNOWN' }));
  }

  it('says when Region and endpoint do not agree', () => {
    const text = `aws dsql generate-db-connect-auth-token --hostname ${HOST} --region eu-west-1`;
    assert.throws(() => parseConnectionText(text), { code: 'REGION_MISMATCH' });
  });

  /** Characters that make quoting hard, around a mark that must never come out. */
  const secret = fc
    .array(fc.constantFrom(...'ab1 $`"\'\\@:/?#&%=+;|(){}\n-<>.'), { maxLength: 12 })
    .map(parts => parts.join(''))
    .chain(noise =>
      fc.integer({ min: 0, max: noise.length }).map(at => `${noise.slice(0, at)}S3CR3T${noise.slice(at)}`),
    );
  const sh = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const ps = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const forms: ((secret: string, host: string) => string)[] = [
    (pass, host) => `PGPASSWORD=${sh(pass)} psql -h ${host} -U admin`,
    (pass, host) => `psql -h ${host} -U admin\nexport PGPASSWORD=${sh(pass)}`,
    (pass, host) => `$env:PGPASSWORD = ${ps(pass)}\npsql -h ${host} -U admin`,
    (pass, host) => `psql ${sh(`host=${host} user=admin password='${pass.replace(/['\\]/g, '\\$&')}'`)}`,
    (pass, host) => `postgres://admin:${encodeURIComponent(pass)}@${host}/postgres`,
    (pass, host) => `postgres://admin:${pass.replace(/[\s@?#]/g, '_')}@${host}/postgres`,
    (pass, host) => `jdbc:postgresql://${host}/postgres?user=admin&password=${encodeURIComponent(pass)}`,
    (pass, host) => JSON.stringify({ host, user: 'admin', password: pass }),
    (pass, host) => TOKEN.replace(HOST, host).replace('verysecret', encodeURIComponent(pass)),
  ];

  it('lets no password or token through, neither in the connection nor in an error', () => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(...forms),
        fc.constantFrom(HOST, 'db.example.com', 'localhost'),
        (pass, form, host) => {
          let said: string;
          try {
            said = JSON.stringify(parseConnectionText(form(pass, host)));
          } catch (error) {
            said = `${describeError(error)} ${JSON.stringify(error)}`;
          }
          assert.doesNotMatch(said, /S3CR3T|deadbeef/);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('finds the cluster whatever the password is', () => {
    fc.assert(
      fc.property(secret, fc.constantFrom(...forms), (pass, form) => {
        const { host, user } = parseConnectionText(form(pass, HOST));
        assert.deepEqual([host, user], [HOST, 'admin']);
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives a checked connection or an error with a code for any text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(HOST, ID, 'psql', 'aws', 'dsql', '-h', '--region', '"', "'", '$(', '\\\n', '{'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        try {
          const { host, clusterId, port } = parseConnectionText(pieces.join(' '));
          assert.ok(host !== undefined || clusterId !== undefined);
          assert.ok(port === undefined || (port > 0 && port < 65_536));
        } catch (error) {
          assert.match((error as { code: string }).code, /^(CONNECTION_TEXT_UNKNOWN|REGION_MISMATCH)$/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
