/**
 * Tables that a statement uses by foreign keys: it locks the parents of the children that it writes, and looks for the children of the parents
 * that it removes, which follow them where the key says so. What changes in their catalogue is a change of what the transaction has used.
 */
import type { NamedRelation } from '../../core/dialect/contract';
import { EVERY_RELATION, namedRelation } from '../../core/dialect/relations';
import type { ForeignKey, SchemaFacts } from '../gateway/schema-facts';
import { callsUnknown, isOpaque, targetsOf } from './claims';
import { clausesOf } from './clauses';
import type { Run } from './footprint';
import { freedBy } from './reused-keys';

type Statement = Pick<Run['statement'], 'classified' | 'sql'>;

/** The relations that the writing statements have used by foreign keys alone. */
export function usedByKeys(runs: Iterable<{ statement: Statement }>, schema: SchemaFacts): readonly NamedRelation[] {
  const used: NamedRelation[] = [];
  for (const run of schema.foreignKeys.length > 0 ? runs : []) {
    const { classified } = run.statement;
    if (!classified.writes) continue;
    const targets = targetsOf(classified, schema);
    const removes = freedBy(classified, schema);
    const followed = new Set(removes.includes(EVERY_RELATION) ? targets : removes);
    // grows while it is gone through: children follow their parents
    for (const parent of followed)
      for (const key of schema.foreignKeys.filter(each => each.parent === parent)) {
        used.push(namedRelation(key.child, key.childSchema));
        if (schema.cascading.has(parent)) followed.add(key.child);
      }
    for (const key of schema.foreignKeys)
      if (targets.includes(key.child) && !leavesReference(run.statement, key, schema))
        used.push(namedRelation(key.parent, key.parentSchema));
  }
  return used;
}

/** An UPDATE of other columns than those of the foreign key: PostgreSQL does not look at the parent then. */
export function leavesReference({ classified, sql }: Statement, key: ForeignKey, schema: SchemaFacts): boolean {
  if (classified.tag !== 'UPDATE' || isOpaque(classified, schema)) return false;
  if (targetsOf(classified, schema).some(name => schema.cascading.has(name))) return false;
  const clauses = clausesOf(sql);
  return clauses?.type === 'update' && clauses.assignments.every(({ column }) => !key.columns.includes(column));
}

/**
 * The statements write children and leave their references alone. PostgreSQL looks for the parent again where a transaction writes a child of
 * its own again (RI_FKey_fk_upd_check_required), and claims it; the service has no cause to.
 */
export function looksInVain(statements: readonly Statement[], schema: SchemaFacts): boolean {
  let writesChild = false;
  for (const statement of schema.foreignKeys.length > 0 ? statements : []) {
    const { classified } = statement;
    if (callsUnknown(classified, schema)) return false;
    const targets = classified.writes ? targetsOf(classified, schema) : [];
    const keys = schema.foreignKeys.filter(key => targets.includes(key.child));
    if (!keys.every(key => leavesReference(statement, key, schema))) return false;
    writesChild ||= keys.length > 0;
  }
  return writesChild;
}
