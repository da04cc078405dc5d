import { parsePlan } from './parse';
import type { ParsedPlan } from './print';

/** One plan of a paste. */
export interface ReadPlan {
  plan: ParsedPlan;
  /** The part of the paste that holds it. All parts together are the paste. */
  text: string;
  /** 1-based line of the paste at which `text` starts. */
  firstLine: number;
  format: 'text' | 'json';
}

/** Every plan of a paste, in order. Never throws; at least one element, without nodes when the paste holds no plan. */
export function readPlans(paste: string): ReadPlan[] {
  return [{ plan: parsePlan(paste), text: paste, firstLine: 1, format: 'text' }];
}
