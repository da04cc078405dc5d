/**
 * System columns (tableoid, xmin, ctid…) of catalogues that the local cluster shows through views. A view has none, so a statement that
 * names one reads the catalogue's twin, which has them as columns: pg_dump reads `tableoid` of pg_namespace, DataGrip `xmin`. A whole row
 * of a twin (`SELECT *`) has them too.
 */
import type { ColumnRef, RangeVar } from 'libpg-query';
import { identifierOf, tokenize } from './lexer';
import { byteToUtf16 } from './parser';
import { namesOf } from './tree';

const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

/** The catalogues with views in front of them (`src/local/postgres/bootstrap/visibility`). */
export const VIEWED_CATALOGUES: ReadonlySet<string> = new Set([
  ...[
    'pg_am',
    'pg_attribute',
    'pg_database',
    'pg_description',
    'pg_event_trigger',
    'pg_index',
    'pg_namespace',
    'pg_tablespace',
    'pg_trigger',
  ],
]);

/** The name of a catalogue's twin. */
export const twinOf = (catalogue: string): string => `pg_catalog.dsql_${catalogue}_twin`;

/** Whether a column is a system column, by its name. */
export const isSystemColumn = (column: ColumnRef): boolean => SYSTEM_COLUMNS.has(namesOf(column.fields).at(-1) ?? '');

/** Whether a name in FROM means a catalogue with a view in front of it. */
export const isViewedCatalogue = ({ relname, schemaname }: RangeVar): boolean =>
  VIEWED_CATALOGUES.has(relname ?? '') && (schemaname ?? 'pg_catalog') === 'pg_catalog';

/** The text with these catalogues' twins in their places, under the names they had. */
export function withSystemColumns(text: string, catalogues: readonly RangeVar[]): string {
  const tokens = tokenize(text);
  let rewritten = '';
  let from = 0;
  const inOrder = [...catalogues].sort((a, b) => (a.location ?? 0) - (b.location ?? 0));
  for (const { location, relname = '', schemaname, alias } of inOrder) {
    const start = byteToUtf16(text, location ?? 0);
    const first = tokens.findIndex(token => token.start === start);
    const last = tokens[schemaname === undefined ? first : first + 2];
    if (first < 0 || !last || identifierOf(text, last) !== relname) continue;
    rewritten += `${text.slice(from, start)}${twinOf(relname)}${alias ? '' : ` AS ${relname}`}`;
    from = last.end;
  }
  return rewritten + text.slice(from);
}
