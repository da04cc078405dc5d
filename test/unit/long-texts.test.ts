import assert from 'node:assert/strict';
import { sqlFindings } from '../../src/core/audit/code/examine-sql';
import type { AuditFinding } from '../../src/core/audit/contract';
import { tablesDroppedBy } from '../../src/core/chapters/dropped-tables';
import { parseInfoString } from '../../src/core/chapters/info-string';
import { parseChapter } from '../../src/core/chapters/parser';
import { isIpAddress } from '../../src/core/connections/entry-reader';
import { parseConnectionText } from '../../src/core/connections/pasted/parse';
import { LineIndex } from '../../src/core/lint/line-index';
import { maskScript } from '../../src/core/lint/mask';
import { filterAdvice } from '../../src/core/plan/findings/filter-advice';
import { conditions } from '../../src/core/plan/findings/predicate';
import { parseGroups } from '../../src/core/plan/groups';
import { insertTarget } from '../../src/core/results/formats/insert';
import { compareDecimals } from '../../src/core/results/values/decimal';
import { redactSecrets } from '../../src/core/sql/redact';
import { splitScript } from '../../src/core/sql/script';
import { parseSeconds } from '../../src/core/stress/duration';
import { parseStage } from '../../src/core/stress/notation';
import { parseThreshold } from '../../src/core/stress/thresholds';
import { namesOthers } from '../../src/local/explain/expression';
import { limitOfText } from '../../src/local/explain/limit';
import { plainMessage } from '../../src/node/network-errors';
import { headerOf, headerPattern } from '../../src/stress/lean/answer-reader';

const LENGTH = 600_000;
const many = (text: string): string => text.repeat(LENGTH / text.length);

/**
 * Texts that servers, files and the clipboard may hold. A pattern that reads a part of one anew from each of its places takes minutes for
 * these, far beyond any test's time.
 */
describe('long texts of others are read in time that grows with their length', () => {
  const cases: [string, () => unknown, unknown][] = [
    ['secrets: blanks after a name', () => redactSecrets(`-- password${many(' ')}`).redacted, false],
    ['secrets: names of a token', () => redactSecrets(many('X-Amz-')).redacted, false],
    ['a plan: groups that do not end', () => parseGroups(many('(cost=')).gap, ''],
    ['a plan: blanks between groups', () => parseGroups(`Scan (cost=x)${many(' ')}x`).title, 'Scan'],
    ['a plan: rows', () => filterAdvice(many('ROW('), false).includes('row comparison'), false],
    ['a plan: a name in a condition', () => conditions(`(lower(${many('a')}) = 'x'::text)`).length, 1],
    ['a fence: quotes', () => parseInfoString(`sql ${many('" "')}`), undefined],
    [
      'statements of a chapter: blanks',
      () => tablesDroppedBy([step(`DROP TABLE IF${many(' ')}x CASCADE; DROP TABLE a , "b"CASCADE`)]).slice(0, 2),
      ['"b"', 'a'],
    ],
    ['a statement: comments that do not end', () => insertTarget(`select 1 from a ${many('/*a')}`), 'a'],
    ['a script: templates that do not end', () => maskScript(many('{{ ${<% ')).covered.length, 0],
    ['a script: data of COPY that do not end', () => maskScript(`${many('COPY a FROM stdin;\n')}{`).covered.length, 0],
    ['a script: lines of psql', () => splitScript(many('1\t\\N\n')).filter(isMeta).length, LENGTH / 5],
    ['statements of a program: locks', () => locksOf(many('FOR UPDATE ')).length, Math.floor(LENGTH / 11)],
    ['statements of a program: words before a lock', () => locksOf(`${many('or ')}; FOR UPDATE`).length, 1],
    ['numbers: zeros', () => compareDecimals(`1.${many('0')}1`, `1.${many('0')}2`) < 0, true],
    [
      'a pasted connection: digits',
      () => refusal(() => parseConnectionText(`psql ${many('1')} x`)),
      'CONNECTION_TEXT_UNKNOWN',
    ],
    ['EXPLAIN: blanks after LIMIT', () => limitOfText(`SELECT 1 LIMIT 1${many(' ')}x`), undefined],
    ['EXPLAIN: quotes', () => namesOthers(`${many('"""')}"`, 't'), false],
    ['EXPLAIN: a long name', () => namesOthers(many('a'), 't'), false],
    ['a time-out: digits', () => plainMessage({ name: 'TimeoutError', message: many('1') }).length, LENGTH],
    ['an answer: blanks', () => headerOf(`\r\nx: a${many(' ')}b \r\n`, headerPattern('x'))?.length, LENGTH + 2],
    ['an address: colons', () => isIpAddress(many(':')), false],
    ['a duration: blanks', () => refusal(() => parseSeconds(`1${many(' ')}x`)), 'STRESS_PLAN_INVALID'],
    ['a stage: blanks', () => refusal(() => parseStage(`1${many(' ')}x`)), 'STRESS_PLAN_INVALID'],
    ['a threshold: blanks', () => refusal(() => parseThreshold(`p99 <${many(' ')}`)), 'STRESS_THRESHOLD_INVALID'],
    [
      'a heading: blanks',
      () => refusal(() => parseChapter(`${FRONT}## a${many(' ')}x\n`, '/00-long')),
      'CHAPTER_MALFORMED',
    ],
  ];
  for (const [what, read, expected] of cases) it(what, () => assert.deepEqual(read(), expected));
});

const isMeta = ({ type }: { type: string }): boolean => type === 'meta';

const locksOf = (sql: string): AuditFinding[] =>
  sqlFindings({ path: 'a.sql', lines: new LineIndex(sql), start: 0, sql, confidence: 'high' }, []);

const FRONT = '---\ntitle: Long\nsummary: Long.\nminutes: 1\n---\n\n# Long\n\n';

const step = (sql: string): Parameters<typeof tablesDroppedBy>[0][number] => ({
  ...{ id: 'one', title: 'One', body: '', checks: [], undo: [], base: false, line: 1 },
  actions: [{ type: 'sql', sql, as: 'admin', line: 2 }],
});

function refusal(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
