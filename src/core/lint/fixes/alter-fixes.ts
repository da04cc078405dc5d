/** ALTER TABLE in the steps DSQL takes. */
import { sqlName } from '../../dialect/names';
import type { StatementTokens } from '../statement-tokens';
import { typeEnd } from '../type-tokens';
import { append, fix, insert, replace, tableAt, type FixContext, type Fixer } from './fix-context';

interface Altered {
  table: { source: string; name: string; end: number };
  /** Tokens of the only subcommand. */
  from: number;
  to: number;
}

/** The parts of `ALTER TABLE t <one subcommand>`; several subcommands are left to people. */
function singleCommand(tokens: StatementTokens): Altered | undefined {
  if (tokens.word(0) !== 'alter' || tokens.word(1) !== 'table') return undefined;
  const table = tableAt(tokens, 2);
  if (!table) return undefined;
  const commands = tokens.elements(table.end, tokens.tokens.length);
  const [command] = commands;
  return commands.length === 1 && command ? { table, ...command } : undefined;
}

const validate: Fixer = ({ tokens }) => {
  const end = tokens.tokens[1]?.end;
  return singleCommand(tokens) && end !== undefined
    ? fix('async', 'Validate asynchronously', true, [insert(end, ' ASYNC')])
    : [];
};

/** CHECK and FOREIGN KEY: NOT VALID, then a job. UNIQUE: an index, then the constraint. */
const addConstraint: Fixer = context => {
  const { tokens } = context;
  const altered = singleCommand(tokens);
  if (!altered) return [];
  const { table, from, to } = altered;
  let at = from + 1;
  let name: string | undefined;
  if (tokens.word(at) === 'constraint') {
    name = tokens.name(at + 1);
    at += 2;
  }
  const kind = tokens.word(at);
  const unnamed = name === undefined;
  if (kind === 'check' || kind === 'foreign') {
    const columns = kind === 'foreign' ? columnNames(tokens, tokens.find(['('], at)) : [];
    const chosen = name ?? [table.name, ...columns, kind === 'foreign' ? 'fkey' : 'check'].join('_');
    return fix('not-valid', 'Add it NOT VALID and validate with a job', true, [
      ...(unnamed ? [insert(tokens.range(at).start, `CONSTRAINT ${sqlName(chosen)} `)] : []),
      append(context, [`ALTER TABLE ASYNC ${table.source} VALIDATE CONSTRAINT ${sqlName(chosen)}`]),
    ]).map(whole => ({ ...whole, edits: beforeAppended(whole.edits, tokens, to) }));
  }
  if (kind !== 'unique' || tokens.word(at + 1) !== '(' || tokens.behindGroup(at + 1) !== to) return [];
  const columns = columnNames(tokens, at + 1);
  const chosen = sqlName(name ?? [table.name, ...columns, 'key'].join('_'));
  const list = columns.map(sqlName).join(', ');
  return fix('index', 'Create a unique index with a job, then the constraint', false, [
    replace({ start: 0, end: tokens.text.length }, `CREATE UNIQUE INDEX ASYNC ${chosen} ON ${table.source} (${list})`),
    append(context, [
      `-- once the job is done: CALL sys.wait_for_job('<job_id>')\nALTER TABLE ${table.source} ADD CONSTRAINT ${chosen} UNIQUE USING INDEX ${chosen}`,
    ]),
  ]).map(whole => ({ ...whole, edits: joined(whole.edits) }));
};

/** NOT VALID goes before what is appended at the same place. */
function beforeAppended(edits: { start: number; end: number; newText: string }[], tokens: StatementTokens, to: number) {
  const end = tokens.range(0, to).end;
  return edits.map(edit =>
    edit.start === tokens.text.length && end === tokens.text.length
      ? { ...edit, newText: ` NOT VALID${edit.newText}` }
      : edit,
  );
}

/** A replacement of the whole statement and what follows it, as one edit. */
const joined = (edits: { start: number; end: number; newText: string }[]) => [
  { start: 0, end: edits[0]?.end ?? 0, newText: edits.map(({ newText }) => newText).join('') },
];

function columnNames(tokens: StatementTokens, open: number): string[] {
  if (open < 0) return [];
  return tokens.elements(open + 1, tokens.behindGroup(open) - 1).flatMap(({ from }) => tokens.name(from) ?? []);
}

/** ALTER COLUMN c SET NOT NULL: a check that a job validates. */
const setNotNull: Fixer = context => {
  const { tokens } = context;
  const altered = singleCommand(tokens);
  if (!altered) return [];
  const { table, from } = altered;
  const at = tokens.word(from + 1) === 'column' ? from + 2 : from + 1;
  const column = tokens.name(at);
  if (column === undefined) return [];
  const check = sqlName(`${table.name}_${column}_not_null`);
  const text = `ALTER TABLE ${table.source} ADD CONSTRAINT ${check} CHECK (${sqlName(column)} IS NOT NULL) NOT VALID`;
  const edits = [
    replace({ start: 0, end: tokens.text.length }, text),
    append(context, [`ALTER TABLE ASYNC ${table.source} VALIDATE CONSTRAINT ${check}`]),
  ];
  return fix('check', 'Add a CHECK (… IS NOT NULL) and validate with a job', true, joined(edits));
};

/** ADD COLUMN c type <constraints>: the bare column first, then each constraint in a statement of its own. */
const addColumn: Fixer = context => {
  const { tokens } = context;
  const altered = singleCommand(tokens);
  if (!altered) return [];
  const { table, from, to } = altered;
  let at = tokens.word(from + 1) === 'column' ? from + 2 : from + 1;
  if (tokens.word(at) === 'if') at += 3;
  const column = tokens.name(at);
  if (column === undefined) return [];
  const bare = typeEnd(tokens, at + 1);
  const steps = stepsOf(context, table, column, bare, to);
  if (!steps) return [];
  const text = tokens.source(0, bare);
  const edits = [replace({ start: 0, end: tokens.text.length }, text), append(context, steps)];
  return fix('steps', 'Split into the steps DSQL takes', false, joined(edits));
};

/** Statements for the constraints behind a bare column; undefined where one has no step. */
function stepsOf(
  { tables, tokens }: FixContext,
  table: { source: string; name: string },
  column: string,
  from: number,
  to: number,
): string[] | undefined {
  const name = sqlName(column);
  const alter = `ALTER TABLE ${table.source}`;
  const key = tables.get(table.name)?.key ?? [];
  const own = (suffix: string) => sqlName(`${table.name}_${column}_${suffix}`);
  const steps: string[] = [];
  const checks: string[] = [];
  const check = (constraint: string, definition: string) => {
    checks.push(
      `${alter} ADD CONSTRAINT ${constraint} ${definition} NOT VALID`,
      `ALTER TABLE ASYNC ${table.source} VALIDATE CONSTRAINT ${constraint}`,
    );
  };
  for (let at = from; at < to;) {
    const word = tokens.word(at);
    const end = constraintEnd(tokens, at, to);
    if (word === 'default') {
      const value = tokens.source(at + 1, end);
      const rows = key.map(sqlName).join(', ');
      const which =
        key.length > 0
          ? ` WHERE ${key.length > 1 ? `(${rows})` : rows} IN (SELECT ${rows} FROM ${table.source} WHERE ${name} IS NULL LIMIT 3000)`
          : ` WHERE ${name} IS NULL`;
      steps.push(
        `${alter} ALTER COLUMN ${name} SET DEFAULT ${value}`,
        `-- rows that are there already, in batches of at most 3,000: run again until no row is changed\nUPDATE ${table.source} SET ${name} = ${value}${which}`,
      );
    } else if (word === 'not' && tokens.word(at + 1) === 'null') check(own('not_null'), `CHECK (${name} IS NOT NULL)`);
    else if (word === 'check') check(own('check'), tokens.source(at, end));
    else if (word === 'references') check(own('fkey'), `FOREIGN KEY (${name}) ${tokens.source(at, end)}`);
    else if (word === 'unique') steps.push(`CREATE UNIQUE INDEX ASYNC ${own('key')} ON ${table.source} (${name})`);
    else if (word !== 'null') return undefined;
    at = Math.max(end, at + 1);
  }
  return [...steps, ...checks];
}

const CONSTRAINT = new Set([
  'default',
  'not',
  'null',
  'check',
  'references',
  'unique',
  'primary',
  'generated',
  'constraint',
  'collate',
]);

/** Index behind the constraint that begins at `at`. */
function constraintEnd(tokens: StatementTokens, at: number, to: number): number {
  const word = tokens.word(at);
  if (word === 'not') return at + 2;
  let end = at + 1;
  while (end < to) {
    const next = tokens.word(end) ?? '';
    if (next === '(' || next === '[') end = tokens.behindGroup(end);
    else if (word === 'references' && next === 'on' && tokens.word(end + 1) !== undefined) {
      const two = tokens.word(end + 2) === 'set' || tokens.word(end + 2) === 'no';
      end += two ? 4 : 3;
    } else if (CONSTRAINT.has(next) && !(word === 'default' && next === 'null' && end === at + 1)) break;
    else end++;
  }
  return end;
}

export const alterFixes: Record<string, Fixer> = {
  validate_constraint_sync: validate,
  add_constraint: addConstraint,
  set_not_null: setNotNull,
  add_column_constraint: addColumn,
};
