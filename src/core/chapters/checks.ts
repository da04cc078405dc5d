import type { Check, CheckKind, ExpectedError, PlanMeasure, ScaledNumber } from './contract';
import type { RunAs } from '../sql/database-port';
import type { PromiseSet } from '../promises/contract';
import { malformed, type ChapterPosition } from './errors';
import { expectationOf } from './sessions-block';
import { readYaml } from './yaml-block';

type Scaled = number | ScaledNumber;

/** A figure as chapters write it: one for all scales, or one for each. */
export function scaled(value: Scaled): ScaledNumber {
  return typeof value === 'number' ? { laptop: value, full: value } : value;
}

/** The shape of one item of a `yaml check` block, as `chapter.schema.json` lets it through. */
interface CheckItem {
  describe: string;
  otherwise?: string;
  rows?: string;
  expect?: string[][];
  min?: number;
  max?: number;
  fails?: string;
  as?: RunAs;
  user?: string;
  error?: ExpectedError;
  money?: { accounts: Scaled; balance: number };
  plan?: string;
  uses?: string;
  avoids?: string;
  index?: string;
  maxRowsRead?: number;
  answer?: string;
  path?: string;
  equals?: unknown;
  contains?: string;
  stress?: string;
  succeeded?: 'all' | 'some';
  errors?: { class: string; min?: number; max?: number }[];
  minRetries?: number;
  fewerFailuresThan?: string;
  less?: { of: PlanMeasure; than: string };
  valid?: boolean;
  promises?: string;
  set?: PromiseSet;
  sessions?: string;
  expects?: string;
}

/** The checks of a `yaml check` block. `at.line` is its first content line. */
export function readChecks(text: string, at: ChapterPosition): Check[] {
  const content = readYaml(text, 'check', at);
  return (content.value as CheckItem[]).map((item, i) => toCheck(item, { file: at.file, line: content.lineOf([i]) }));
}

function toCheck(item: CheckItem, at: ChapterPosition): Check {
  const { otherwise } = item;
  return { ...kindOf(item, at), ...(otherwise !== undefined && { otherwise }) };
}

function kindOf(item: CheckItem, at: ChapterPosition): CheckKind {
  const common = { describe: item.describe, line: at.line };
  if (item.rows !== undefined) {
    if (item.expect === undefined && item.min === undefined && item.max === undefined)
      throw malformed(at, 'the check compares nothing', '"expect", "min" or "max"');
    return { type: 'rows', sql: item.rows, expect: item.expect, min: item.min, max: item.max, ...common };
  }
  if (item.fails !== undefined && item.error)
    return { type: 'fails', sql: item.fails, as: item.as ?? 'admin', user: item.user, error: item.error, ...common };
  if (item.sessions !== undefined) {
    const expect = item.expects === undefined ? {} : { expect: expectationOf(item.expects, at) };
    return { type: 'sessions', name: item.sessions, ...expect, ...common };
  }
  if (item.money)
    return { type: 'money', accounts: scaled(item.money.accounts), balance: item.money.balance, ...common };
  if (item.plan !== undefined) return planCheck(item, item.plan, at);
  if (item.answer !== undefined && item.path !== undefined) {
    if (item.equals === undefined && item.contains === undefined)
      throw malformed(at, 'the check compares nothing', '"equals" or "contains"');
    const { path, equals, contains } = item;
    return { type: 'answer', name: item.answer, path, equals, contains, ...common };
  }
  if (item.stress !== undefined) {
    const { succeeded, errors, minRetries, fewerFailuresThan } = item;
    if ([succeeded, errors, minRetries, fewerFailuresThan].every(condition => condition === undefined))
      throw malformed(at, 'the check compares nothing', '"succeeded", "errors", "minRetries" or "fewerFailuresThan"');
    return { type: 'stress', name: item.stress, succeeded, errors, minRetries, fewerFailuresThan, ...common };
  }
  if (item.promises !== undefined)
    return { type: 'promises', functionName: item.promises, set: item.set ?? 'money', ...common };
  return { type: 'index', index: item.index ?? '', valid: item.valid ?? true, ...common };
}

function planCheck(item: CheckItem, plan: string, at: ChapterPosition): CheckKind {
  const { uses, avoids, index, maxRowsRead, less, describe } = item;
  if ([uses, avoids, index, maxRowsRead, less].every(condition => condition === undefined))
    throw malformed(at, 'the check compares nothing', '"uses", "avoids", "index", "maxRowsRead" or "less"');
  const source = /\s/.test(plan) ? { sql: plan } : { name: plan };
  return { type: 'plan', ...source, uses, avoids, index, maxRowsRead, less, describe, line: at.line };
}
