/** COPY … FROM STDIN: what the local cluster must know of it to insert the rows itself. */
import type { CopyStmt, Node } from 'libpg-query';
import { all, as, namesOf, optionsOf, type NodeOf } from './tree';

/** COPY t (columns) FROM STDIN. */
export interface CopyFromClient {
  schema?: string;
  table: string;
  /** As written; empty means all columns that take values. */
  columns: string[];
  format: 'text' | 'csv' | 'binary';
  delimiter: string;
  /** What stands for NULL. */
  nullText: string;
  /** What stands for the column's default; undefined: nothing does. */
  defaultText?: string;
  header: 'none' | 'skip' | 'match';
  /** CSV only. */
  quote: string;
  escape: string;
  forceNull: string[];
  forceNotNull: string[];
  /** The data are in UTF-8, whatever the client's encoding. */
  isUtf8?: true;
}

const FORMATS: ReadonlySet<string> = new Set(['text', 'csv', 'binary'] satisfies CopyFromClient['format'][]);
const CSV_ONLY = ['quote', 'escape', 'force_null', 'force_not_null'];
/** Options that are read; any other is not supported. */
const KNOWN = new Set(['format', 'delimiter', 'null', 'default', 'header', 'encoding', ...CSV_ONLY]);

const textOf = (node: Node | undefined): string | undefined => as(node, 'String')?.sval;

/** COPY … FROM STDIN without WHERE, with options that are read here. */
function isFromClient(copy: CopyStmt): boolean {
  const options = optionsOf(copy.options);
  if (!copy.is_from || copy.filename !== undefined || copy.is_program || !copy.relation || copy.whereClause)
    return false;
  if (![...options.keys()].every(name => KNOWN.has(name))) return false;
  return FORMATS.has(formatOf(options)) && /^utf-?8$/i.test(textOf(options.get('encoding')?.arg) ?? 'UTF8');
}

/** @returns undefined where it is another COPY, one with an option that is not supported here, or with options that do not go together. */
export const copyFromClient = (copy: CopyStmt): CopyFromClient | undefined =>
  isFromClient(copy) && !hasContradiction(copy) ? read(copy) : undefined;

/** COPY … FROM STDIN whose options do not go together: PostgreSQL has words for each such pair. */
export const isContradictory = (copy: CopyStmt): boolean => isFromClient(copy) && hasContradiction(copy);

/** As ProcessCopyOptions finds them (PostgreSQL 16, src/backend/commands/copy.c). */
function hasContradiction(copy: CopyStmt): boolean {
  const options = optionsOf(copy.options);
  const given = (names: string[]): boolean => names.some(name => options.has(name));
  const { format, delimiter, quote, escape, nullText, defaultText } = read(copy);
  if (options.size < (copy.options?.length ?? 0)) return true;
  if (format === 'binary') return given([...KNOWN].filter(name => name !== 'format' && name !== 'encoding'));
  if (format === 'text' && given(CSV_ONLY)) return true;
  if (headerOf(options.get('header')) === undefined || ![delimiter, quote, escape].every(isOneByte)) return true;
  if (['force_null', 'force_not_null'].some(name => given([name]) && !as(options.get(name)?.arg, 'List'))) return true;
  const texts = defaultText === undefined ? [nullText] : [nullText, defaultText];
  const signs = format === 'csv' ? [delimiter, quote] : [delimiter];
  return (
    (format === 'csv' ? delimiter === quote : /[\\.a-z0-9]/.test(delimiter)) ||
    texts.some(text => [...signs, '\r', '\n'].some(sign => text.includes(sign))) ||
    /[\r\n]/.test(delimiter) ||
    nullText === defaultText
  );
}

const isOneByte = (sign: string): boolean => /^[\0-\x7f]$/.test(sign);

type Options = ReturnType<typeof optionsOf>;

const formatOf = (options: Options): string => textOf(options.get('format')?.arg) ?? 'text';

function read(copy: CopyStmt): CopyFromClient {
  const options = optionsOf(copy.options);
  const text = (name: string): string | undefined => {
    const argument = options.get(name)?.arg;
    return argument && (textOf(argument) ?? '');
  };
  const format = formatOf(options) as CopyFromClient['format'];
  const quote = text('quote') ?? '"';
  const defaultText = text('default');
  return {
    ...(copy.relation?.schemaname !== undefined && { schema: copy.relation.schemaname }),
    table: copy.relation?.relname ?? '',
    columns: namesOf(copy.attlist),
    format,
    delimiter: text('delimiter') ?? (format === 'csv' ? ',' : '\t'),
    nullText: text('null') ?? (format === 'csv' ? '' : '\\N'),
    ...(defaultText !== undefined && { defaultText }),
    header: headerOf(options.get('header')) ?? 'none',
    quote,
    escape: text('escape') ?? quote,
    forceNull: columnsOf(options.get('force_null')?.arg),
    forceNotNull: columnsOf(options.get('force_not_null')?.arg),
    ...(options.has('encoding') && { isUtf8: true }),
  };
}

/** True for COPY … TO STDOUT of a table or a query that only reads. */
export function isCopyToClient(copy: CopyStmt): boolean {
  if (copy.is_from || copy.filename !== undefined || copy.is_program) return false;
  return copy.query === undefined || 'SelectStmt' in copy.query;
}

/** @returns undefined where it is neither a boolean nor `match` */
function headerOf(option: NodeOf<'DefElem'> | undefined): CopyFromClient['header'] | undefined {
  if (!option) return 'none';
  const argument = option.arg;
  const flag = as(argument, 'Boolean');
  if (argument === undefined || flag?.boolval) return 'skip';
  if (flag) return 'none';
  const value = (textOf(argument) ?? String(as(argument, 'Integer')?.ival ?? 0)).toLowerCase();
  if (value === 'match') return 'match';
  if (['true', 'on', '1'].includes(value)) return 'skip';
  return ['false', 'off', '0'].includes(value) ? 'none' : undefined;
}

const columnsOf = (argument: Node | undefined): string[] =>
  all(as(argument, 'List')?.items, 'String').map(name => name.sval ?? '');
