import { transferOnce, type Transfer } from '../../core/bank/transfer';
import type { CallOutcome, Transport } from '../../core/stress/outcome';
import { seededRandom, type Random } from '../../core/stress/random';
import type { Drive } from '../../protocol/stress';
import { SqlConnections } from './connections';

type SqlDrive = Extract<Drive, { type: 'sql' }>;

const READ_BALANCE = 'SELECT balance FROM accounts WHERE id = $1';

/** Transfers, or a mix of them and of reads by key, straight over `pg`, one connection per call in flight. */
export class SqlTransport implements Transport {
  private constructor(
    private readonly drive: SqlDrive,
    private readonly connections: SqlConnections,
    private readonly random: Random,
  ) {}

  /** Opens `connections` connections; rejects when one of them cannot be opened. */
  static async open(drive: SqlDrive, connections: number, random: Random): Promise<SqlTransport> {
    return new SqlTransport(
      drive,
      await SqlConnections.open(drive.target, connections, drive.retry, random),
      // which call is a transfer must not depend on how many retries there were
      drive.transferShare === undefined ? random : splitOff(random),
    );
  }

  send(transfer: Transfer, settle: (outcome: CallOutcome) => void): void {
    const { transferShare, recordHistory } = this.drive;
    if (transferShare === undefined || this.random() < transferShare)
      this.connections.run(run => transferOnce(run, transfer, recordHistory), settle);
    else
      this.connections.run(
        run => run(READ_BALANCE, [transfer.payer]),
        outcome => settle({ ...outcome, movesNothing: true }),
      );
  }

  close(): void {
    this.connections.close();
  }
}

/** A sequence of its own that is begun with one draw of `random`. */
const splitOff = (random: Random): Random => seededRandom(Math.floor(random() * 2 ** 32));
