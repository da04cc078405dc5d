/** How advice on a statement is reported. */
import type { Classified } from '../dialect/contract';
import { fill } from '../dialect/rule';
import type { NodeTag } from '../dialect/tree';
import type { TextRange } from './contract';
import { locate } from './locate';
import { ADVICE_RULES } from './rules/advice';
import type { Finding } from './statement-facts';
import type { StatementTokens } from './statement-tokens';

/** What advice is given with. */
export interface Advising {
  tag: NodeTag;
  classified: Classified;
  tokens(): StatementTokens;
  /** The token at a byte offset of the tree. */
  rangeAt(location: number): TextRange;
  report(finding: Finding): void;
}

/** Reports an advice at the words `locate` finds for it. */
export function report(
  ruleId: keyof typeof ADVICE_RULES,
  { tokens, report: add }: Advising,
  range?: TextRange,
  values: Record<string, string> = {},
): void {
  const message = fill(ADVICE_RULES[ruleId].message, values);
  add({ ruleId, message, range: range ?? locate({ ruleId, sqlstate: '', message }, tokens()) });
}
