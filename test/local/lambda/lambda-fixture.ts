/** A Lambda service in a temporary folder, and short forms of what tests do with it. */
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  type CreateFunctionCommandInput,
  type InvokeCommandInput,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { startLambdaService, type LambdaService, type LambdaServiceOptions } from '../../../src/local/lambda/service';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';
export const ADMIN = {
  accessKeyId: 'AKIAADMINADMINADMINA',
  secretAccessKey: 'secret-of-admin',
  arn: `arn:aws:iam::${ACCOUNT_ID}:role/admin`,
  allowed: ['lambda:*', 'logs:*'],
};
export const ROLE = {
  accessKeyId: 'AKIAROLEROLEROLEROLE',
  secretAccessKey: 'secret-of-role',
  arn: `arn:aws:iam::${ACCOUNT_ID}:role/lambda`,
  allowed: [],
};
/** May invoke, and nothing else. */
export const INVOKER = {
  accessKeyId: 'AKIAINVOKERINVOKERIN',
  secretAccessKey: 'secret-of-invoker',
  arn: `arn:aws:iam::${ACCOUNT_ID}:role/invoker`,
  allowed: ['lambda:InvokeFunction'],
};
export const CLUSTER_HOST = `abcdefghijklmnopqrstuvwxyz.dsql.${REGION}.on.aws`;

export interface Answer {
  status: number;
  functionError?: string;
  version?: string;
  payload: unknown;
  text: string;
  log: string;
}

export class LambdaFixture {
  readonly clients: LambdaClient[] = [];
  client!: LambdaClient;

  private constructor(
    readonly folder: string,
    public service: LambdaService,
    /** What the service reported. */
    readonly logged: string[],
  ) {}

  static async start(options: Partial<LambdaServiceOptions> = {}): Promise<LambdaFixture> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lambda-test-'));
    const logged: string[] = [];
    const service = await LambdaFixture.startService(folder, options, logged).catch((error: unknown) => {
      fs.rmSync(folder, { recursive: true, force: true });
      throw error;
    });
    const fixture = new LambdaFixture(folder, service, logged);
    fixture.client = fixture.clientFor();
    return fixture;
  }

  private static startService(folder: string, options: Partial<LambdaServiceOptions>, logged: string[]) {
    const caFile = path.join(folder, 'ca.pem');
    fs.writeFileSync(caFile, '');
    return startLambdaService({
      dataDir: path.join(folder, 'lambda'),
      region: REGION,
      accountId: ACCOUNT_ID,
      principals: [ADMIN, ROLE, INVOKER],
      executionRole: ROLE,
      cluster: { endpoint: 'localhost', gatewayPort: 1, clusterHost: CLUSTER_HOST, caFile },
      log: text => void logged.push(text),
      ...options,
    });
  }

  /** Closes the service and starts it again on the same folder and port. */
  async restart(): Promise<void> {
    const port = Number(new URL(this.service.endpoint).port);
    await this.service.close();
    this.service = await LambdaFixture.startService(this.folder, { port }, this.logged);
  }

  clientFor(
    credentials: { accessKeyId: string; secretAccessKey: string } = ADMIN,
    options: { region?: string; clockOffsetMs?: number } = {},
  ): LambdaClient {
    const client = new LambdaClient({
      endpoint: this.service.endpoint,
      region: options.region ?? REGION,
      credentials,
      maxAttempts: 1,
      systemClockOffset: options.clockOffsetMs ?? 0,
      requestHandler: { httpAgent: new http.Agent({ keepAlive: true, maxSockets: 1000 }) },
    });
    this.clients.push(client);
    return client;
  }

  async create(
    name: string,
    source: string | Record<string, string>,
    overrides: Partial<CreateFunctionCommandInput> = {},
  ) {
    return this.client.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: ROLE.arn,
        Code: { ZipFile: zip(typeof source === 'string' ? { 'index.js': source } : source) },
        Timeout: 20,
        ...overrides,
      }),
    );
  }

  async invoke(name: string, payload?: unknown, options: Partial<InvokeCommandInput> = {}): Promise<Answer> {
    const answer = await this.client.send(
      new InvokeCommand({
        FunctionName: name,
        ...(payload === undefined ? {} : { Payload: JSON.stringify(payload) }),
        ...options,
      }),
    );
    const text = answer.Payload ? Buffer.from(answer.Payload).toString('utf8') : '';
    return {
      status: answer.StatusCode!,
      functionError: answer.FunctionError,
      version: answer.ExecutedVersion,
      payload: text === '' ? undefined : JSON.parse(text),
      text,
      log: answer.LogResult ? Buffer.from(answer.LogResult, 'base64').toString('utf8') : '',
    };
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.service.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export function zip(files: Record<string, string | Uint8Array>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, content]) => [name, typeof content === 'string' ? strToU8(content) : content]),
    ),
    // the same files are the same bytes, whenever they are packed
    { mtime: '2020-01-01T00:00:00Z' },
  );
}

/** Resolves when `condition` holds; rejects after `timeoutMs`. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`still not so after ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
