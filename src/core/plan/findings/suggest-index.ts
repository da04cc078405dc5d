import { property, type PlanNode } from '../model';

/** A column as SQL writes it. */
function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const COLUMN = /^\(*(?:(?:"(?:[^"]|"")+"|\w+)\.)?("(?:[^"]|"")+"|[a-z_]\w*)\)?(?:::text)? (=|<=|>=|<|>) /i;

/** Columns a predicate compares with constants: those with `=` first, as an index wants them. */
export function comparedColumns(predicate: string | undefined): string[] {
  if (predicate === undefined || / OR /.test(predicate)) return [];
  const inner = predicate.replace(/^\((?=\()/, '');
  const compared = inner.split(' AND ').flatMap(part => {
    const m = COLUMN.exec(part.trim());
    return m ? [{ name: m[1]!.replace(/^"|"$/g, '').replaceAll('""', '"'), equal: m[2] === '=' }] : [];
  });
  const names = [...compared.filter(c => c.equal), ...compared.filter(c => !c.equal)].map(c => c.name);
  return [...new Set(names)];
}

/** The columns a node projects. */
export function projected(node: PlanNode | undefined): string[] {
  const list = node && property(node, 'Projections');
  return list ? list.split(', ').map(c => c.replace(/^"|"$/g, '').replaceAll('""', '"')) : [];
}

/** `CREATE INDEX ASYNC ON payments (payer) INCLUDE (amount)`; undefined without a key. */
export function createIndex(
  scan: PlanNode,
  key: readonly string[],
  include: readonly string[] = [],
): string | undefined {
  if (key.length === 0 || scan.relation === undefined) return undefined;
  const table = `${scan.schema === undefined ? '' : `${quoted(scan.schema)}.`}${quoted(scan.relation)}`;
  const extra = include.filter(c => !key.includes(c));
  const included = extra.length ? ` INCLUDE (${extra.map(quoted).join(', ')})` : '';
  return `CREATE INDEX ASYNC ON ${table} (${key.map(quoted).join(', ')})${included}`;
}
