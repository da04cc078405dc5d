/** A way from node to node, and how much may yet go over it; `back` is the same way in the other direction. */
interface Arc {
  to: number;
  room: number;
  back: Arc;
}

/**
 * The largest flow through a network of whole capacities: Dinic's algorithm ("Algorithm for solution of a problem of maximum flow in networks
 * with power estimation", 1970). With capacities of one, E arcs take O(E·√E) at most.
 */
export class FlowNetwork {
  private readonly arcs: Arc[][];

  /** Nodes count from 0. */
  constructor(nodes: number) {
    this.arcs = Array.from({ length: nodes }, () => []);
  }

  /** Lets so much more go from a node to another. */
  add(from: number, to: number, capacity: number): void {
    const arc = { to, room: capacity } as Arc;
    arc.back = { to: from, room: 0, back: arc };
    this.arcs[from]?.push(arc);
    this.arcs[to]?.push(arc.back);
  }

  /** Sends as much as can go, once. @returns how much that is */
  send(source: number, sink: number): number {
    let total = 0;
    for (;;) {
      const levels = this.levels(source);
      if (levels[sink] === undefined) return total;
      total += this.fill(source, sink, levels);
    }
  }

  /** Steps from the source to each node that can be reached. */
  private levels(source: number): (number | undefined)[] {
    const levels: (number | undefined)[] = [];
    levels[source] = 0;
    const queue = [source];
    // grows while it is read
    for (const node of queue)
      for (const { to, room } of this.arcs[node] ?? [])
        if (room > 0 && levels[to] === undefined) {
          levels[to] = (levels[node] ?? 0) + 1;
          queue.push(to);
        }
    return levels;
  }

  /** Sends what can go by shortest ways; a node that leads nowhere loses its level. */
  private fill(source: number, sink: number, levels: (number | undefined)[]): number {
    const looked = this.arcs.map(() => 0);
    let total = 0;
    let path: Arc[] = [];
    for (let at = source; ;) {
      if (at === sink) {
        const amount = path.reduce((least, { room }) => Math.min(least, room), Infinity);
        for (const arc of path) {
          arc.room -= amount;
          arc.back.room += amount;
        }
        total += amount;
        path = [];
        at = source;
        continue;
      }
      const next = this.next(at, looked, levels);
      if (next) {
        path.push(next);
        at = next.to;
        continue;
      }
      const last = path.pop();
      if (!last) return total;
      levels[at] = undefined;
      at = last.back.to;
    }
  }

  private next(node: number, looked: number[], levels: readonly (number | undefined)[]): Arc | undefined {
    const arcs = this.arcs[node] ?? [];
    const level = (levels[node] ?? 0) + 1;
    for (let i = looked[node] ?? 0; i < arcs.length; i++) {
      looked[node] = i;
      const arc = arcs[i];
      if (arc && arc.room > 0 && levels[arc.to] === level) return arc;
    }
    looked[node] = arcs.length;
    return undefined;
  }
}
