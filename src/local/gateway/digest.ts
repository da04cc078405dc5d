/** A running 64-bit checksum (two FNV-1a variants) of the rows a statement answered; equal answers have equal values. */
export class RowDigest {
  private a = 0x811c9dc5;
  private b = 0x9e3779b9;
  private rows = 0;

  add(buffer: Buffer, start: number, end: number): void {
    let { a, b } = this;
    for (let i = start; i < end; i++) {
      const byte = buffer[i]!;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x5bd1e995) ^ (b >>> 15);
    }
    this.a = a;
    this.b = b;
    this.rows++;
  }

  get value(): string {
    return `${this.rows}:${this.a >>> 0}:${this.b >>> 0}`;
  }
}
