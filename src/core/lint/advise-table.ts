/** Advice on tables and columns that DSQL accepts, and types that no DSQL has. */
import type { CreateStmt } from 'libpg-query';
import { fill } from '../dialect/rule';
import { all } from '../dialect/tree';
import { report, type Advising } from './advising';
import { SCRIPT_RULES } from './rules/script-rules';
import type { ColumnShape, TableShape } from './table-shape';
import { typeEnd } from './type-tokens';

/** Types of PostgreSQL's widespread extensions. */
export const EXTENSION_TYPES: ReadonlySet<string> = new Set([
  ...['citext', 'hstore', 'geometry', 'geography', 'vector', 'halfvec', 'sparsevec', 'ltree', 'lquery', 'cube', 'isbn'],
]);
const MONEY = /(?:^|_)(?:amount|balance|price|cost|total|fee|money|salary|payment|debit|credit)(?:_|$)/i;
const GROWING_DEFAULTS = new Set(['nextval', 'now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp']);

/** The table as a whole. */
export function adviseTable(create: CreateStmt, shape: TableShape, advising: Advising): void {
  if (shape.complete && shape.key.length === 0 && shape.columns.length > 0) {
    const location = create.relation?.location;
    report('missing_primary_key', advising, location === undefined ? undefined : advising.rangeAt(location));
  }
  const first = shape.columns.find(({ name }) => name === shape.key[0]);
  if (first && (first.identity || first.type.serial || GROWING_DEFAULTS.has(first.defaultFunction ?? ''))) {
    report('monotonic_key', advising, advising.rangeAt(first.location));
  }
  const constraints = [
    ...all(create.tableElts, 'Constraint'),
    ...all(create.tableElts, 'ColumnDef').flatMap(column => all(column.constraints, 'Constraint')),
  ];
  for (const { contype, fk_del_action: onDelete, fk_upd_action: onUpdate, location } of constraints) {
    if (contype !== 'CONSTR_FOREIGN') continue;
    const acts = [onDelete, onUpdate].some(action => action === 'c' || action === 'n' || action === 'd');
    if (acts && location !== undefined) report('cascade_row_limit', advising, advising.rangeAt(location));
  }
}

/** Types of columns. */
export function adviseColumns(columns: readonly ColumnShape[], advising: Advising): void {
  for (const { name, type, typeLocation } of columns) {
    const range = () => {
      const tokens = advising.tokens();
      const at = tokens.at(advising.rangeAt(typeLocation).start);
      return tokens.range(at, typeEnd(tokens, at));
    };
    if (type.builtIn && type.name === 'numeric' && !type.array && type.modifiers.length === 0) {
      report('bare_numeric', advising, range());
    }
    if ((type.name === 'float4' || type.name === 'float8') && MONEY.test(name))
      report('float_money', advising, range());
    if (!type.builtIn && EXTENSION_TYPES.has(type.name)) {
      const { id, message } = SCRIPT_RULES.extension_type;
      advising.report({ ruleId: id, message: fill(message, { type: type.name }), range: range() });
    }
  }
}
