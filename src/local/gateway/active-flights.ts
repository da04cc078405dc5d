import type { Backend } from './backend';

/** The backends that have a flight under way, oldest flight first. */
export class ActiveFlights {
  private readonly backends = new Set<Backend>();
  /** Called whenever a flight begins: from then on it may be held up. */
  onBegin: (() => void) | undefined;

  begin(backend: Backend): void {
    this.backends.add(backend);
    this.onBegin?.();
  }

  end(backend: Backend): void {
    this.backends.delete(backend);
  }

  get size(): number {
    return this.backends.size;
  }

  [Symbol.iterator](): Iterator<Backend> {
    return this.backends[Symbol.iterator]();
  }
}
