/** All rules by id: the dialect's refusals with why and where to read on, rules about scripts, and advice. */
import type { Rule } from '../dialect/rule';
import { rules } from '../dialect/rules';
import type { LintRule } from './contract';
import { documentationOf } from './documentation';
import { ADVICE_RULES } from './rules/advice';
import { SCRIPT_RULES } from './rules/script-rules';

/** Contradictory evidence: DSQL may take it. */
const DOUBTFUL = new Set(['copy']);

function fromDialect(rule: Rule): LintRule {
  const { id, area, message, remedy, sqlstate, since, grade, source } = rule;
  const severity = DOUBTFUL.has(id) ? 'warning' : 'error';
  return { id, severity, message, remedy, sqlstate, since, grade, source, ...documentationOf(id, area) };
}

/**
 * The rules that count at a date (ISO; default: today's DSQL, whatever the day). What DSQL has come to support is not among them.
 */
export function ruleCatalog(asOf = '9999-12-31'): ReadonlyMap<string, LintRule> {
  const catalog = new Map<string, LintRule>();
  for (const rule of [...Object.values(SCRIPT_RULES), ...Object.values(ADVICE_RULES)]) catalog.set(rule.id, rule);
  for (const rule of rules) {
    if ((rule.until === undefined || rule.until > asOf) && !catalog.has(rule.id))
      catalog.set(rule.id, fromDialect(rule));
  }
  return catalog;
}
