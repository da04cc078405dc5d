import type { DraftProblem, IndexDraft } from '../../protocol/indexes-view';
import type { IndexInfo, TableInfo } from '../catalog/model';
import type { Refusal } from '../dialect/contract';
import { sqlName } from '../dialect/names';
import { keySql } from './draft';
import { MAX_NAME_BYTES, byteLength, cutBytes } from './index-name';
import { isIndexable } from './key-types';

/** Limits of an index (User Guide, quotas, 2026-09). */
const MAX_KEYS = 8;
/** Of a table: primary key, unique constraints and builds under way count. */
export const MAX_INDEXES = 24;

type Judge = (draft: IndexDraft, table: TableInfo | undefined, taken: ReadonlySet<string>) => DraftProblem | undefined;

const error = (
  field: DraftProblem['field'],
  text: string,
  options: Pick<DraftProblem, 'remedy' | 'sqlstate'> = {},
): DraftProblem => ({
  severity: 'error',
  field,
  text,
  ...options,
});

const judges: readonly Judge[] = [
  (_, table) => (table ? undefined : error('table', 'The table is not there any more.')),
  ({ keys }) => (keys.length === 0 ? error('keys', 'An index needs a key: a column or an expression.') : undefined),
  ({ keys }) =>
    keys.some(({ text }) => text.trim() === '')
      ? error('keys', 'A key has no column and no expression yet.')
      : undefined,
  ({ keys }) =>
    keys.length > MAX_KEYS
      ? error('keys', `more than ${MAX_KEYS} column keys in an index are not supported`, {
          sqlstate: '54011',
          remedy: `Use at most ${MAX_KEYS} keys; what is only returned goes into INCLUDE.`,
        })
      : undefined,
  ({ keys, include }, table) => {
    const named = [...keys.flatMap(key => (key.kind === 'column' ? key.text : [])), ...include];
    const missing = table && named.find(name => !table.columns.some(column => column.name === name));
    return missing === undefined
      ? undefined
      : error('keys', `column "${missing}" does not exist in ${table?.name ?? 'the table'}`, { sqlstate: '42703' });
  },
  ({ keys }, table) => {
    const column = keys
      .flatMap(key => (key.kind === 'column' ? (table?.columns.find(({ name }) => name === key.text) ?? []) : []))
      .find(({ type }) => !isIndexable(type));
    return column
      ? error('keys', `datatype ${column.type} is not supported in a key`, {
          sqlstate: '0A000',
          remedy: `Index an expression over ${column.name}, or put the column into INCLUDE.`,
        })
      : undefined;
  },
  ({ keys }) => {
    const texts = keys.map(({ kind, text }) => `${kind} ${text}`);
    return new Set(texts).size < texts.length
      ? { severity: 'warning', field: 'keys', text: 'The same key stands in the index twice.' }
      : undefined;
  },
  ({ keys, include }) => {
    const both = include.find(name => keys.some(key => key.kind === 'column' && key.text === name));
    return both === undefined
      ? undefined
      : { severity: 'warning', field: 'include', text: `${both} is a key already; INCLUDE adds nothing.` };
  },
  (_, table) =>
    table && table.indexes.length >= MAX_INDEXES
      ? error('table', `more than ${MAX_INDEXES} indexes per table are not allowed`, {
          sqlstate: '54000',
          remedy: 'Drop an index that is invalid or that another one makes redundant.',
        })
      : undefined,
  ({ name }) =>
    byteLength(name.trim()) > MAX_NAME_BYTES
      ? { severity: 'warning', field: 'name', text: `The name is cut to ${MAX_NAME_BYTES} bytes.` }
      : undefined,
  ({ name }, _, taken) =>
    taken.has(cutBytes(name.trim(), MAX_NAME_BYTES))
      ? error('name', `relation "${cutBytes(name.trim(), MAX_NAME_BYTES)}" already exists`, {
          sqlstate: '42P07',
          remedy: 'Choose another name.',
        })
      : undefined,
  (draft, table) => {
    const twin = table?.indexes.find(index => index.valid && serves(index, draft));
    return twin
      ? {
          severity: 'warning',
          field: 'keys',
          text: `${twin.name} begins with these keys already and holds these columns.`,
          remedy: 'A second index is written with every row and read by no query that the first could not serve.',
        }
      : undefined;
  },
  (draft, table) => {
    const dead = table?.indexes.find(
      index => !index.valid && index.name === cutBytes(draft.name.trim(), MAX_NAME_BYTES),
    );
    return dead
      ? { severity: 'warning', field: 'name', text: `An INVALID index is called ${dead.name}: drop it first.` }
      : undefined;
  },
  ({ unique, where }) =>
    unique && where.trim() === ''
      ? {
          severity: 'notice',
          field: 'keys',
          text: 'The build fails when rows have the same key; meanwhile writes are checked already.',
        }
      : undefined,
];

/** What speaks against the draft, as far as it and the catalogue tell; the worst first. */
export function draftProblems(
  draft: IndexDraft,
  table: TableInfo | undefined,
  taken: ReadonlySet<string>,
): DraftProblem[] {
  const order = { error: 0, warning: 1, notice: 2 } as const;
  return judges
    .flatMap(judge => judge(draft, table, taken) ?? [])
    .sort((a, b) => order[a.severity] - order[b.severity]);
}

/** What DSQL answers to the statement, beside what `draftProblems` says already. */
export function refusalProblems(refusals: readonly Refusal[], known: readonly DraftProblem[]): DraftProblem[] {
  return refusals
    .filter(({ message }) => !known.some(problem => problem.text === message))
    .map(({ message, hint, sqlstate, ruleId }) => ({
      severity: 'error',
      field: fieldOf(ruleId, message),
      text: message,
      sqlstate,
      ...(hint !== undefined && { remedy: hint }),
    }));
}

function fieldOf(ruleId: string, message: string): DraftProblem['field'] {
  if (/predicate|partial/.test(`${ruleId} ${message}`)) return 'where';
  if (/include/.test(ruleId)) return 'include';
  return /name/.test(ruleId) ? 'name' : 'keys';
}

/** Whether an index that is there serves all that the draft would: its keys begin with the draft's, and it holds what is included. */
function serves(index: IndexInfo, draft: IndexDraft): boolean {
  if (draft.unique && !(index.unique && index.keys.length === draft.keys.length)) return false;
  if (draft.unique && draft.nullsNotDistinct && !index.nullsNotDistinct) return false;
  if ((index.predicate ?? '') !== draft.where.trim()) return false;
  const keys = draft.keys.map(keySql);
  if (keys.length === 0 || !keys.every((key, at) => sameKey(index.keys[at], key))) return false;
  // the index of a primary key holds every column
  if (index.primary) return true;
  const held = new Set([...index.keys, ...index.includes]);
  return draft.include.every(name => held.has(name) || held.has(sqlName(name)));
}

/** The server prints expressions with parentheses and casts of its own. */
const sameKey = (a: string | undefined, b: string): boolean => a !== undefined && plainKey(a) === plainKey(b);
const plainKey = (key: string): string =>
  key
    .replace(/^\((.*)\)$/s, '$1')
    .replace(/\s+/g, ' ')
    .trim();
