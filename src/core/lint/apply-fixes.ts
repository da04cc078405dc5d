/** Fixing a whole text: safe fixes only, again and again, until none is left. */
import type { Linter, LintFix, LintOptions, TextEdit } from './contract';

/** What came of it. */
export interface FixedText {
  text: string;
  /** Number of findings fixed, by rule. */
  fixed: Map<string, number>;
}

/** One fix may uncover the next finding of its statement; more rounds than this are a fault. */
const MAX_ROUNDS = 20;

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let from = 0;
  for (const { start, end, newText } of ordered) {
    result += text.slice(from, start) + newText;
    from = Math.max(from, end);
  }
  return result + text.slice(from);
}

/** Fixes that can be applied together: of two that touch the same place the earlier one stays. */
function compatible(fixes: readonly LintFix[]): LintFix[] {
  const taken: TextEdit[] = [];
  return fixes.filter(({ edits }) => {
    const clash = edits.some(edit => taken.some(other => edit.start <= other.end && other.start <= edit.end));
    if (!clash) taken.push(...edits);
    return !clash;
  });
}

/** Applies the safe fixes of all rules, or of one, until none is left. */
export function fixAll(linter: Linter, original: string, options: LintOptions & { rule?: string } = {}): FixedText {
  const fixed = new Map<string, number>();
  let text = original;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { diagnostics, fixesOf } = linter.lint(text, options);
    const candidates = diagnostics
      .filter(({ rule }) => options.rule === undefined || rule.id === options.rule)
      .flatMap(diagnostic => {
        const fix = fixesOf(diagnostic).find(({ safe }) => safe);
        return fix ? [{ fix, id: diagnostic.rule.id }] : [];
      });
    const chosen = new Set(compatible(candidates.map(({ fix }) => fix)));
    if (chosen.size === 0) break;
    const next = applyEdits(
      text,
      [...chosen].flatMap(({ edits }) => edits),
    );
    if (next === text) break;
    text = next;
    for (const { fix, id } of candidates) if (chosen.has(fix)) fixed.set(id, (fixed.get(id) ?? 0) + 1);
  }
  return { text, fixed };
}
