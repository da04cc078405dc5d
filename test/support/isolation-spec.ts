/**
 * Session scripts in the manner of PostgreSQL's isolation tester. Lines that begin with `#` are comments.
 *
 *     protocol simple            one or both of simple, extended; default extended
 *     setup { … }                run before each permutation, a statement each (split at lines that end with `;`)
 *     teardown { … }             run after it
 *     session NAME               what follows belongs to it
 *     setup { … }                run when the permutation begins
 *     step NAME { … }            one statement, or several as one Query in the simple protocol
 *     permutation a b (c d) e    steps in order, each answered before the next; in parentheses: sent together
 */
export interface IsolationSpec {
  protocols: ('simple' | 'extended')[];
  setup: string[];
  teardown: string[];
  sessions: { name: string; setup: string[] }[];
  steps: Map<string, { session: string; sql: string }>;
  /** Steps sent together form one group. */
  permutations: string[][][];
}

const ITEM =
  /\s*(?:#[^\n]*\n|(?:protocol\s+(?<protocol>[a-z ]+?)|session\s+(?<session>\w+)|permutation\s+(?<permutation>[^\n]+?))\s*(?:\n|$)|step\s+(?<step>\w+)\s*\{(?<sql>[^}]*)\}|(?<when>setup|teardown)\s*\{(?<script>[^}]*)\})/y;

/** Reads a script. @throws Error that names the first thing not understood */
export function parseIsolationSpec(text: string): IsolationSpec {
  const spec: IsolationSpec = {
    protocols: ['extended'],
    setup: [],
    teardown: [],
    sessions: [],
    steps: new Map(),
    permutations: [],
  };
  const reader = new RegExp(ITEM);
  const source = `${text.trimEnd()}\n`;
  while (reader.lastIndex < source.trimEnd().length) {
    const at = reader.lastIndex;
    const item = reader.exec(source)?.groups;
    if (!item && reader.lastIndex <= at) throw new Error(`not understood: ${source.slice(at).trim().split('\n')[0]}`);
    if (item) take(spec, item);
  }
  for (const name of spec.permutations.flat(2)) if (!spec.steps.has(name)) throw new Error(`there is no step ${name}`);
  return spec;
}

function take(spec: IsolationSpec, item: Record<string, string | undefined>): void {
  const session = spec.sessions.at(-1);
  if (item.protocol) spec.protocols = item.protocol.split(/\s+/) as IsolationSpec['protocols'];
  if (item.session) spec.sessions.push({ name: item.session, setup: [] });
  if (item.permutation) spec.permutations.push(groupsOf(item.permutation));
  if (item.step) {
    if (!session) throw new Error(`step ${item.step} stands before the first session`);
    if (spec.steps.has(item.step)) throw new Error(`step ${item.step} is there twice`);
    spec.steps.set(item.step, { session: session.name, sql: oneLine(item.sql ?? '') });
  }
  if (item.when === 'teardown') spec.teardown.push(...statementsOf(item.script ?? ''));
  if (item.when === 'setup') (session ?? spec).setup.push(...statementsOf(item.script ?? ''));
}

const oneLine = (sql: string): string => sql.trim().replace(/\s*\n\s*/g, ' ');
const statementsOf = (script: string): string[] =>
  script
    .split(/;\s*(?:\n|$)/)
    .map(oneLine)
    .filter(sql => sql !== '');

function groupsOf(text: string): string[][] {
  const groups = text.match(/\([^)]*\)|\w+/g) ?? [];
  return groups.map(group => group.replace(/[()]/g, '').trim().split(/\s+/));
}
