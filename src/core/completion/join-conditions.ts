import { sqlName } from '../dialect/names';
import type { SnapshotForeignKey } from '../catalog/snapshot';
import type { CompletionEntry } from './contract';
import type { TableRef } from './scope';

/** Conditions that foreign keys suggest behind ON: between the table joined last before the place and those before it. */
export function joinConditions(refs: readonly TableRef[], before: number): CompletionEntry[] {
  const earlier = refs.filter(({ start }) => start < before).sort((a, b) => a.start - b.start);
  const joined = earlier.pop();
  if (!joined) return [];
  return earlier.flatMap(other => [...along(joined, other), ...(joined === other ? [] : along(other, joined))]);
}

function along(from: TableRef, to: TableRef): CompletionEntry[] {
  const { relation } = to;
  if (!relation) return [];
  return (from.relation?.foreignKeys ?? [])
    .filter(key => key.schema === relation.schema && key.table === relation.name)
    .map(key => {
      const text = condition(key, from.alias, to.alias);
      return { kind: 'join', label: text, insertText: text, detail: 'foreign key', rank: 0 };
    });
}

const condition = (key: SnapshotForeignKey, from: string, to: string): string =>
  key.columns
    .map((column, at) => `${sqlName(from)}.${sqlName(column)} = ${sqlName(to)}.${sqlName(key.targetColumns[at] ?? '')}`)
    .join(' AND ');
