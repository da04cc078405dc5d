import fs from 'node:fs';

/**
 * A private file of pages, written once each and read at any offset. On POSIX it has no name from the start, so that nothing is left
 * behind however the process ends; on Windows `close` removes it.
 */
export class PageFile {
  private readonly descriptor: number;
  private readonly named: boolean;
  private length = 0;
  private closed = false;

  constructor(private readonly path: string) {
    this.descriptor = fs.openSync(path, 'wx+', 0o600);
    this.named = process.platform === 'win32';
    if (!this.named) fs.unlinkSync(path);
  }

  get size(): number {
    return this.length;
  }

  /** Returns the page's offset. */
  append(page: Buffer): number {
    const offset = this.length;
    let written = 0;
    while (written < page.length)
      written += fs.writeSync(this.descriptor, page, written, page.length - written, offset + written);
    this.length += page.length;
    return offset;
  }

  read(offset: number, length: number): Buffer {
    const page = Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const count = fs.readSync(this.descriptor, page, done, length - done, offset + done);
      if (count === 0) throw new Error('the file is shorter than it was');
      done += count;
    }
    return page;
  }

  clear(): void {
    fs.ftruncateSync(this.descriptor, 0);
    this.length = 0;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    fs.closeSync(this.descriptor);
    if (this.named) fs.rmSync(this.path, { force: true });
  }
}
