/** What a transaction has written so far, by the command tags of its statements. */

/** `INSERT 0 3`, `UPDATE 1`, `MERGE 2`: rows are the last number. */
const ROWS = /^(INSERT|UPDATE|DELETE|MERGE|COPY)(?: \d+)*? (\d+)$/;
const DONE: Readonly<Record<string, string>> = {
  INSERT: 'inserted',
  COPY: 'inserted',
  UPDATE: 'updated',
  DELETE: 'deleted',
  MERGE: 'merged',
};
/** Definitions and rights; `SELECT 2` and `SET` write nothing that a tag could tell. */
const DEFINITION = /^(?:CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|AWS)\b/;

/** Sums up the statements of one transaction. */
export class TransactionWrites {
  private readonly rows = new Map<string, number>();
  private readonly definitions = new Set<string>();

  /** A statement has succeeded. */
  take(tag: string): void {
    const [, command = '', count] = ROWS.exec(tag) ?? [];
    const done = DONE[command];
    if (done !== undefined && Number(count) > 0) this.rows.set(done, (this.rows.get(done) ?? 0) + Number(count));
    else if (DEFINITION.test(tag)) this.definitions.add(tag);
  }

  /** `3 rows inserted, 1 updated, CREATE TABLE`; empty while nothing was written. */
  get text(): string {
    const counts = [...this.rows].map(([done, count], at) => {
      const unit = at > 0 ? '' : count === 1 ? ' row' : ' rows';
      return `${count.toLocaleString('en-US')}${unit} ${done}`;
    });
    return [...counts, ...this.definitions].join(', ');
  }
}
