import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import type pg from 'pg';
import { auditMarkdown } from '../../../src/core/audit/report/markdown';
import type { AuditReport } from '../../../src/core/audit/contract';
import { auditLiveDatabase, databaseOptions } from '../../../src/node/audit/database';
import { CodedError } from '../../../src/base/errors';
import { startPrivatePostgres, type PrivatePostgres } from '../../support/private-postgres';

const SCHEMA = `
CREATE SCHEMA bank;
CREATE TYPE bank.mood AS ENUM ('sad', 'ok');
CREATE TYPE bank.pair AS (a int, b int);
CREATE TABLE bank.accounts (id bigserial PRIMARY KEY, tags text[], ip inet, price money, amount numeric, mood bank.mood, doc jsonb,
  name text COLLATE "POSIX", span int4range);
CREATE TABLE bank.nokey (a int);
CREATE UNLOGGED TABLE bank.cache (id int PRIMARY KEY);
CREATE TABLE bank.events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE bank.events_2026 PARTITION OF bank.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE bank.parent (id uuid PRIMARY KEY);
CREATE TABLE bank.heir (extra int) INHERITS (bank.parent);
CREATE TABLE bank.child (id uuid PRIMARY KEY, p uuid REFERENCES bank.parent ON DELETE CASCADE, q uuid REFERENCES bank.parent);
CREATE INDEX docs ON bank.accounts USING gin (doc);
CREATE INDEX newest ON bank.accounts (id DESC);
CREATE INDEX prefix ON bank.accounts (name text_pattern_ops);
CREATE INDEX bydoc ON bank.accounts (doc);
CREATE MATERIALIZED VIEW bank.sums AS SELECT count(*) FROM bank.accounts;
CREATE VIEW bank.locks AS SELECT pg_try_advisory_lock(1) AS got;
CREATE SEQUENCE bank.numbers CACHE 20;
CREATE FUNCTION bank.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON bank.accounts FOR EACH ROW EXECUTE FUNCTION bank.touch();
CREATE FUNCTION bank.add(a int, b int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN a + b; END';
CREATE FUNCTION bank.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE bank.work() LANGUAGE sql AS 'SELECT 1';
CREATE RULE shadow AS ON INSERT TO bank.nokey DO ALSO NOTHING;
ALTER TABLE bank.accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON bank.accounts USING (true);
`;

describe('the audit of a live PostgreSQL', () => {
  let postgres: PrivatePostgres;
  let report: AuditReport;

  before(async () => {
    postgres = await startPrivatePostgres();
    await postgres.pool.query(SCHEMA);
    report = await auditLiveDatabase(postgres.config);
  });
  after(() => postgres.close());

  const placesOf = (id: string): string[] =>
    report.findings
      .filter(({ rule }) => rule.id === id)
      .map(({ place, evidence }) => `${place.type === 'object' ? `${place.kind} ${place.name}` : ''}: ${evidence}`)
      .filter(text => /bank|mood/.test(text));

  it('answers every question', () => {
    assert.deepEqual(report.gaps, ['statements of clients: pg_stat_statements is not installed']);
    assert.ok((report.inventory.tables ?? 0) >= 7);
    assert.ok((report.inventory['partitioned tables'] ?? 0) >= 1);
  });

  for (const [id, expected] of [
    [
      'routine_plpgsql',
      [
        'function bank.add(a integer, b integer): language plpgsql, 1 lines',
        'procedure bank.work(): language sql, 1 lines',
      ],
    ],
    ['trigger', ['trigger touched on bank.accounts: calls bank.touch']],
    ['user_type', ['composite type bank.pair: ', 'enum bank.mood: 2 labels']],
    [
      'column_type',
      [
        'column bank.accounts.ip: inet',
        'column bank.accounts.price: money',
        'column bank.accounts.span: int4range',
        'column bank.accounts.tags: text[]',
      ],
    ],
    ['bare_numeric_column', ['column bank.accounts.amount: numeric']],
    ['collation', ['column bank.accounts.name: collation POSIX']],
    ['partitioned_table', ['table bank.events: 1 partitions']],
    ['inherited_table', ['table bank.heir: inherits']],
    ['unlogged_table', ['table bank.cache: unlogged']],
    ['materialized_view', ['materialized view bank.sums: ']],
    ['rewrite_rule', ['rule shadow on bank.nokey: rewrite rule']],
    ['row_security', ['table bank.accounts: 1 policies']],
    ['foreign_key', ['foreign key child_q_fkey on bank.child: refers to bank.parent']],
    ['cascade', ['foreign key child_p_fkey on bank.child: ON DELETE/UPDATE c/a']],
    ['sequence_cache', ['sequence bank.numbers: bigint, cache 20']],
    ['sequence_key', ['column bank.accounts.id: serial']],
    ['missing_key', ['table bank.heir: no primary key', 'table bank.nokey: no primary key']],
    ['index_kind', ['index bank.docs: gin', 'index bank.newest: DESC', 'index bank.prefix: operator class']],
    ['key_type', ['index bank.bydoc: doc jsonb']],
    ['advisory_lock', ['view bank.locks: function pg_try_advisory_lock not supported']],
  ] as const) {
    it(`finds ${id}`, () => assert.deepEqual(placesOf(id), [...expected]));
  }

  it('counts what it found, blockers first', () => {
    const { totals, findings } = report;
    assert.equal(totals.findings, findings.length);
    assert.equal(totals.impact.blocker + totals.impact.change + totals.impact.note, findings.length);
    assert.equal(findings[0]?.rule.impact, 'blocker');
  });

  it('reads the statements clients have run, where the server keeps them', async () => {
    const client: pg.PoolClient = await postgres.pool.connect();
    try {
      // stands for the extension, which needs a preloaded library
      await client.query(`CREATE SCHEMA stat`);
      await client.query(`CREATE TABLE stat.pg_stat_statements (query text, calls bigint, dbid oid)`);
      await client.query(
        `INSERT INTO stat.pg_stat_statements SELECT q, 7, oid FROM pg_database, unnest(ARRAY['LOCK TABLE t', 'SELECT $1']) q WHERE datname = current_database()`,
      );
      await client.query(
        `INSERT INTO pg_extension SELECT 99999, 'pg_stat_statements', 10, 'stat'::regnamespace, false, '1.10', NULL, NULL`,
      );
      const again = await auditLiveDatabase(postgres.config);
      const seen = again.findings.filter(({ rule }) => rule.id === 'server_statement');
      assert.deepEqual(
        seen.map(({ evidence }) => evidence),
        ['unsupported statement: Lock; 7 calls'],
      );
      assert.deepEqual(again.gaps, []);
    } finally {
      await client.query(`DELETE FROM pg_extension WHERE oid = 99999`);
      await client.query(`DROP SCHEMA stat CASCADE`);
      client.release();
    }
  });

  it('writes nothing, and says no password', async () => {
    const { host, port, database } = postgres.config;
    const text = JSON.stringify(report) + auditMarkdown(report);
    assert.equal(report.subject, `${host}:${port}/${database}`);
    const password = String(postgres.config.password);
    assert.ok(!text.includes(password));
    await assert.rejects(
      auditLiveDatabase({ ...postgres.config, password: 'wrong-secret', user: 'nobody-here' }),
      (error: unknown) =>
        error instanceof CodedError && error.code === 'AUDIT_CONNECT' && !error.message.includes('wrong-secret'),
    );
    assert.throws(
      () => databaseOptions('postgres://u:secret@[bad/db'),
      (error: unknown) => error instanceof CodedError && !`${error.message}${error.nextStep}`.includes('secret'),
    );
  });

  it('can be given up', async () => {
    await assert.rejects(auditLiveDatabase(postgres.config, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    const stop = new AbortController();
    let asked = 0;
    const onProgress = (): void => {
      asked++;
      stop.abort();
    };
    await assert.rejects(auditLiveDatabase(postgres.config, { signal: stop.signal, onProgress }), {
      name: 'AbortError',
    });
    assert.ok(asked > 0);
  });

  it('can be given up while a server that says nothing is asked for a connection', async () => {
    const server = net.createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    const stop = new AbortController();
    const audit = auditLiveDatabase({ host: '127.0.0.1', port, user: 'somebody' }, { signal: stop.signal });
    const [socket] = (await once(server, 'connection')) as [net.Socket];
    const left = once(socket.resume(), 'close');
    stop.abort();
    await assert.rejects(audit, { name: 'AbortError' });
    await left;
    server.close();
  });

  it('says that nobody listens', async () => {
    const server = net.createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    await new Promise(resolve => server.close(resolve));
    await assert.rejects(auditLiveDatabase({ host: '127.0.0.1', port, user: 'somebody' }), { code: 'AUDIT_CONNECT' });
  });
});
