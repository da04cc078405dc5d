import { qualifiedName } from '../../core/catalog/names';
import { sqlName } from '../../core/dialect/names';
import { routineSignature } from '../../core/catalog/script/objects';
import type { ExplorerNode } from './nodes';

/** The name an object has, as it is, and as SQL writes it with everything before it; undefined for what has no name. */
export function namesOf(node: ExplorerNode): { name: string; qualified: string } | undefined {
  switch (node.kind) {
    case 'cluster':
      return { name: node.profile.name, qualified: node.profile.host || node.profile.name };
    case 'schema':
      return { name: node.schema.name, qualified: sqlName(node.schema.name) };
    case 'table':
    case 'view':
      return { name: node.relation.name, qualified: qualifiedName(node.relation) };
    case 'sequence':
      return { name: node.sequence.name, qualified: qualifiedName(node.sequence) };
    case 'routine':
      return { name: node.routine.name, qualified: routineSignature(node.routine) };
    case 'column':
      return { name: node.column.name, qualified: `${qualifiedName(node.table)}.${sqlName(node.column.name)}` };
    case 'constraint':
      return { name: node.constraint.name, qualified: sqlName(node.constraint.name) };
    case 'index':
      return { name: node.index.name, qualified: qualifiedName(node.index) };
    case 'role':
      return { name: node.role.name, qualified: sqlName(node.role.name) };
    case 'arn':
      return { name: node.arn, qualified: node.arn };
    case 'job':
      return { name: node.job.id, qualified: node.job.id };
    default:
      return undefined;
  }
}
