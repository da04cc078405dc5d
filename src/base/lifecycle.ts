/** Something that is released at once, without waiting. */
export interface Disposable {
  dispose(): void;
}

/** Something whose release takes time. `close` is idempotent and settles within the owner's deadline. */
export interface Closeable {
  close(): Promise<void>;
}

/** Collects disposables and releases them in reverse order, each once, even when one of them throws. */
export class DisposableStore implements Disposable {
  private items: Disposable[] = [];
  private disposed = false;

  /** Registers `item`; when the store is already disposed, `item` is released at once. */
  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    const errors: unknown[] = [];
    for (const item of this.items.reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    this.items = [];
    if (errors.length > 0) throw new AggregateError(errors, 'disposing failed');
  }
}
