import type { Hit } from './check';
import type { Refusal } from './contract';
import { byteToUtf16 } from './parser';

/** A rule's hit in the words of the contract, with its place in `text`. */
export const refusalOf = (text: string, hit: Hit): Refusal => ({
  ruleId: hit.rule.id,
  sqlstate: hit.rule.sqlstate,
  message: hit.message,
  ...(hit.detail !== undefined && { detail: hit.detail }),
  ...(hit.hint !== undefined && { hint: hit.hint }),
  ...(hit.location !== undefined && { position: byteToUtf16(text, hit.location) }),
  ...(hit.rule.byPostgres && { byPostgres: true }),
  ...(hit.rule.afterNames && { afterNames: true }),
  ...(hit.rule.area === 'types' && { atRun: true }),
});
