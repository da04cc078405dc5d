import pg from 'pg';
import { createDialect } from '../../src/core/dialect/dialect';
import { createExplainer } from '../../src/local/explain/explainer';
import { startGateway, type Gateway, type GatewayOptions } from '../../src/local/gateway/server';
import { loadServerCertificate } from '../../src/local/identity/certificates';
import { startJobRunner } from '../../src/local/jobs/runner';
import type { PostgresServer } from '../../src/local/ports';
import { removeDirectory, startTestPostgres, temporaryDirectory } from './postgres';

/** The token the test gateway takes; everything else is refused. */
export const TEST_TOKEN = 'test-token';

/** A gateway over a PostgreSQL of its own, with everything real but the check of tokens. */
export interface TestGateway {
  gateway: Gateway;
  postgres: PostgresServer;
  caFile: string;
  /** What the gateway complained about. */
  log: string[];
  config(user?: string): pg.ClientConfig;
  /** @param given start-up settings and whatever else differs */
  connect(user?: string, given?: pg.ClientConfig): Promise<pg.Client>;
  close(): Promise<void>;
}

export async function startTestGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const directory = temporaryDirectory();
  const postgres = options.postgres ?? (await startTestPostgres());
  const certificate = await loadServerCertificate(directory, ['localhost', '127.0.0.1'], Date.now());
  const jobs = await startJobRunner({ postgres, minimumMs: 20 });
  const log: string[] = [];
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    tls: { cert: certificate.certificate, key: certificate.privateKey },
    postgres,
    dialect: await createDialect(),
    explainer: createExplainer(),
    jobs,
    authenticator: {
      authenticate: async (_user, token) =>
        token === TEST_TOKEN
          ? undefined
          : { severity: 'FATAL', sqlstate: '08006', message: 'unable to accept connection, access denied' },
    },
    log: line => log.push(line),
    ...options,
  });
  const clients: pg.Client[] = [];
  const config = (user = 'admin'): pg.ClientConfig => ({
    host: '127.0.0.1',
    port: gateway.port,
    user,
    password: TEST_TOKEN,
    database: 'postgres',
    ssl: { rejectUnauthorized: false },
  });
  return {
    gateway,
    postgres,
    caFile: certificate.caFile,
    log,
    config,
    async connect(user, given) {
      const client = new pg.Client({ ...config(user), ...given });
      client.on('error', () => undefined);
      clients.push(client);
      await client.connect();
      return client;
    },
    async close() {
      await Promise.all(clients.map(client => client.end().catch(() => undefined)));
      await gateway.close();
      await jobs.close();
      if (!options.postgres) await postgres.close();
      removeDirectory(directory);
    },
  };
}
