/** All ways out, by rule. */
import type { LintFix } from '../contract';
import { alterFixes } from './alter-fixes';
import type { FixContext, Fixer } from './fix-context';
import { indexFixes } from './index-fixes';
import { sequenceFixes } from './sequence-fixes';
import { tableFixes } from './table-fixes';
import { transactionFixes } from './transaction-fixes';
import { typeFixes } from './type-fixes';

export type { FixContext } from './fix-context';

const FIXERS: Readonly<Record<string, Fixer>> = {
  ...indexFixes,
  ...typeFixes,
  ...sequenceFixes,
  ...transactionFixes,
  ...tableFixes,
  ...alterFixes,
};

/** Rules that have at least one fix for some texts. */
export const FIXABLE_RULES: readonly string[] = Object.keys(FIXERS);

/** The ways out of a finding with offsets of the document; edits are in order and do not overlap. */
export function fixesFor(context: FixContext): LintFix[] {
  const fixer = Object.hasOwn(FIXERS, context.finding.ruleId) ? FIXERS[context.finding.ruleId] : undefined;
  const { start } = context.span;
  return (fixer?.(context) ?? []).map(fix => ({
    ...fix,
    edits: fix.edits
      .map(edit => ({ start: edit.start + start, end: edit.end + start, newText: edit.newText }))
      .sort((a, b) => a.start - b.start || a.end - b.end),
  }));
}
