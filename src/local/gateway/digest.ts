/**
 * A running 64-bit checksum (two FNV-1a variants) of the rows a statement answered; equal answers have equal values. The order of rows
 * does not count: it is the plan's, where the statement does not say.
 */
export class RowDigest {
  private a = 0;
  private b = 0;
  private rows = 0;

  add(buffer: Buffer, start: number, end: number): void {
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let i = start; i < end; i++) {
      const byte = buffer[i]!;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x5bd1e995) ^ (b >>> 15);
    }
    this.a = (this.a + a) | 0;
    this.b = (this.b + b) | 0;
    this.rows++;
  }

  /** One that goes on from here. */
  copy(): RowDigest {
    return Object.assign(new RowDigest(), this);
  }

  get value(): string {
    return `${this.rows}:${this.a >>> 0}:${this.b >>> 0}`;
  }
}
