/** COPY … FROM STDIN: what the local cluster must know of it to insert the rows itself. */
import type { CopyStmt, Node } from 'libpg-query';
import { all, as, namesOf, optionsOf } from './tree';

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
  forceNull: string[] | 'all';
  forceNotNull: string[] | 'all';
}

/** Options that are read; any other is not supported. */
const KNOWN = new Set([
  ...[
    'format',
    'delimiter',
    'null',
    'default',
    'header',
    'quote',
    'escape',
    'force_null',
    'force_not_null',
    'encoding',
  ],
]);

const textOf = (node: Node | undefined): string | undefined => as(node, 'String')?.sval;

/** @returns undefined where it is another COPY, or one with an option that is not supported here. */
export function copyFromClient(copy: CopyStmt): CopyFromClient | undefined {
  const options = optionsOf(copy.options);
  const text = (name: string): string | undefined => {
    const argument = options.get(name)?.arg;
    return argument && (textOf(argument) ?? '');
  };
  const format = text('format') ?? 'text';
  if (!copy.is_from || copy.filename !== undefined || copy.is_program || !copy.relation || copy.whereClause)
    return undefined;
  if (format !== 'text' && format !== 'csv' && format !== 'binary') return undefined;
  // PostgreSQL has words for each option that does not go with the binary format; here they are refused together
  if (format === 'binary' && [...options.keys()].some(name => name !== 'format' && name !== 'encoding'))
    return undefined;
  if ([...options.keys()].some(name => !KNOWN.has(name))) return undefined;
  if (!/^utf-?8$/i.test(text('encoding') ?? 'UTF8')) return undefined;
  const header = headerOf(options.get('header')?.arg, options.has('header'));
  const delimiter = text('delimiter') ?? (format === 'csv' ? ',' : '\t');
  const quote = text('quote') ?? '"';
  const escape = text('escape') ?? quote;
  if (header === undefined || [delimiter, quote, escape].some(sign => sign.length !== 1)) return undefined;
  const defaultText = text('default');
  return {
    ...(copy.relation.schemaname !== undefined && { schema: copy.relation.schemaname }),
    table: copy.relation.relname ?? '',
    columns: namesOf(copy.attlist),
    format,
    delimiter,
    nullText: text('null') ?? (format === 'csv' ? '' : '\\N'),
    ...(defaultText !== undefined && { defaultText }),
    header,
    quote,
    escape,
    forceNull: columnsOf(options.get('force_null')?.arg),
    forceNotNull: columnsOf(options.get('force_not_null')?.arg),
  };
}

/** True for COPY … TO STDOUT of a table or a query that only reads. */
export function isCopyToClient(copy: CopyStmt): boolean {
  if (copy.is_from || copy.filename !== undefined || copy.is_program) return false;
  return copy.query === undefined || 'SelectStmt' in copy.query;
}

function headerOf(argument: Node | undefined, given: boolean): CopyFromClient['header'] | undefined {
  if (!given) return 'none';
  const flag = as(argument, 'Boolean');
  if (argument === undefined || flag?.boolval) return 'skip';
  if (flag) return 'none';
  const value = (textOf(argument) ?? String(as(argument, 'Integer')?.ival ?? 0)).toLowerCase();
  if (value === 'match') return 'match';
  if (['true', 'on', '1'].includes(value)) return 'skip';
  return ['false', 'off', '0'].includes(value) ? 'none' : undefined;
}

function columnsOf(argument: Node | undefined): string[] | 'all' {
  if (argument && 'A_Star' in argument) return 'all';
  return all(as(argument, 'List')?.items, 'String').map(name => name.sval ?? '');
}
