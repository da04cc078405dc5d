import type { Clock } from '../../src/base/clock';
import type { SqlColumn, SqlNotice, SqlSink, SqlValue } from '../../src/core/sql/contract';
import type { KeeperPorts } from '../../src/node/sql/connection-keeper';
import { machinePorts } from '../../src/node/sql/session';
import type { SqlAddress, SqlMode, SqlSource } from '../../src/node/sql/target';
import type { LocalClusterInfo } from '../../src/protocol/local-cluster';

/** What a statement gave: for assertions. */
export class CollectingSink implements SqlSink {
  columnNames: string[] = [];
  columnTypes: string[] = [];
  received: SqlValue[][] = [];
  notices: SqlNotice[] = [];
  /** Times `columns` was called. */
  starts = 0;
  retries: number[] = [];

  columns(columns: SqlColumn[]): void {
    this.starts++;
    this.columnNames = columns.map(column => column.name);
    this.columnTypes = columns.map(column => column.typeName);
    this.received = [];
  }

  rows(rows: SqlValue[][]): void {
    this.received.push(...rows);
  }

  notice(notice: SqlNotice): void {
    this.notices.push(notice);
  }

  retry(attempt: number): void {
    this.retries.push(attempt);
  }
}

/** A source of sessions on a local cluster whose every answer a test may change. */
export class TestSource implements SqlSource {
  readonly profileId = 'test';
  located: boolean[] = [];
  modeNow: SqlMode = { readOnly: false };
  identityNow: string | undefined = 'one';

  constructor(
    readonly info: LocalClusterInfo,
    readonly changes: Partial<SqlAddress> = {},
  ) {}

  identity(): string | undefined {
    return this.identityNow;
  }

  mode(): SqlMode {
    return this.modeNow;
  }

  locate(fresh: boolean): Promise<SqlAddress> {
    this.located.push(fresh);
    const { endpoint: host, port, region, caFile, admin } = this.info;
    const { accessKeyId, secretAccessKey } = admin;
    return Promise.resolve({
      profileName: 'test',
      kind: 'local',
      host,
      port,
      region,
      user: 'admin',
      caFile,
      credentials: () => Promise.resolve({ accessKeyId, secretAccessKey }),
      ...this.changes,
    });
  }
}

/** The machine's ports with a clock that can be put forward and waits that are over at once. */
export function testPorts(): KeeperPorts & { aheadMs: number; slept: number[] } {
  const ports = {
    ...machinePorts,
    aheadMs: 0,
    slept: [] as number[],
    clock: {} as Clock,
    sleep: (delayMs: number) => {
      ports.slept.push(delayMs);
      return Promise.resolve();
    },
  };
  ports.clock = { now: () => Date.now() + ports.aheadMs, monotonic: () => performance.now() };
  return ports;
}
