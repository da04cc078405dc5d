/** What a summary needs of a V8 CPU profile. */
export interface CpuProfile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number };
  }[];
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

/** A call frame's place in the sources. */
export interface Place {
  functionName: string;
  /** Path of a file of ours, `node:…`, or '' for native code. */
  source: string;
}

export interface Share {
  name: string;
  /** Of the busy time, 0 to 1. */
  share: number;
}

export interface ProfileSummary {
  busyMs: number;
  idleMs: number;
  /** By where the time goes: system calls and TLS, Node's own JavaScript, garbage collection, folders of ours. */
  rooms: Share[];
  /** By function, the time in itself. */
  functions: Share[];
}

/** Sums the samples of a profile by room and by function, largest first. `locate` finds the source of a frame in a bundle. */
export function summarize(
  profile: CpuProfile,
  locate: (frame: CpuProfile['nodes'][number]['callFrame']) => Place,
): ProfileSummary {
  const frames = new Map(profile.nodes.map(node => [node.id, node.callFrame]));
  const rooms = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  let idle = 0;
  const add = (to: Map<string, number>, name: string, micros: number): void =>
    void to.set(name, (to.get(name) ?? 0) + micros);
  profile.samples.forEach((id, i) => {
    const frame = frames.get(id);
    const micros = profile.timeDeltas[i] ?? 0;
    if (!frame || frame.functionName === '(idle)') {
      idle += micros;
      return;
    }
    busy += micros;
    const place = locate(frame);
    add(rooms, roomOf(place), micros);
    add(
      functions,
      place.source ? `${place.functionName || '(anonymous)'} ${place.source}` : place.functionName,
      micros,
    );
  });
  const shares = (of: Map<string, number>): Share[] =>
    [...of].map(([name, micros]) => ({ name, share: micros / (busy || 1) })).sort((a, b) => b.share - a.share);
  return { busyMs: busy / 1000, idleMs: idle / 1000, rooms: shares(rooms), functions: shares(functions) };
}

function roomOf({ functionName, source }: Place): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (/^write(v|Buffer|[A-Z]\w*String)$/.test(functionName) && source === '') return 'writing: TLS and the system call';
  if (functionName === '(program)') return 'reading, TLS and the event loop, native';
  if (source === '') return 'native functions';
  if (source.startsWith('node:')) return "Node's own JavaScript";
  return source.includes('/') ? source.slice(0, source.lastIndexOf('/')) : source;
}

/** The summary as text. */
export function summaryText({ busyMs, idleMs, rooms, functions }: ProfileSummary, most = 30): string {
  const line = ({ name, share }: Share): string => `${(share * 100).toFixed(1).padStart(6)} %  ${name}`;
  return [
    `busy ${Math.round(busyMs)} ms, idle ${Math.round(idleMs)} ms`,
    '',
    'by room',
    ...rooms.map(line),
    '',
    'by function, in itself',
    ...functions.slice(0, most).map(line),
    '',
  ].join('\n');
}
