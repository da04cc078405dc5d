import assert from 'node:assert/strict';
import type { Linter, LintReport } from '../../../src/core/lint/contract';
import { createLinter } from '../../../src/core/lint/linter';
import {
  readFurtherCases,
  readRecording,
  type Observation,
  type RecordedCase,
} from '../../local/conformance/recording';

/** Errors that come of data, of other sessions, of the order of a race, or of a catalogue the text does not show. */
const NOT_BY_TEXT = new Set(['23503', '23505', '23514', '25P02', '40001', '55000', '22P02', '42P01', '42P07', '42703']);
const NOT_BY_TEXT_MESSAGES = [
  /^type "baseline_\w+" does not exist/,
  /^unrecognized configuration parameter/,
  /^attribute \d+ of type .* has wrong type/,
];

interface Step {
  sql: string;
  answer: Observation;
}

const stepsOf = ({ steps = [], observations = [] }: RecordedCase): Step[] =>
  steps.flatMap((sql, at) => {
    const answer = observations[at];
    return answer ? [{ sql, answer }] : [];
  });

const errorsOf = ({ diagnostics }: LintReport, from = 0, to = Infinity) =>
  diagnostics
    .filter(({ range, severity }) => severity === 'error' && range.start >= from && range.start < to)
    .map(({ rule, message }) => ({ ruleId: rule.id, sqlstate: rule.sqlstate, message }));

describe('lint against the answers recorded on a real cluster', () => {
  const recording = readRecording();
  const setup = `${recording.setup.join(';\n')};\n`;
  let linter: Linter;
  before(async () => void (linter = await createLinter()));

  /** The errors of a case, with the set-up before it, by step. */
  function errorsByStep(recorded: RecordedCase): ReturnType<typeof errorsOf>[] {
    const steps = stepsOf(recorded);
    if (recorded.simple_protocol)
      return steps.map(({ sql }) => errorsOf(linter.lint(sql, { singleTransaction: true })));
    let text = setup;
    const bounds = steps.map(({ sql }) => {
      const start = text.length;
      text += `${sql};\n`;
      return { start, end: text.length };
    });
    const report = linter.lint(text);
    return bounds.map(({ start, end }) => errorsOf(report, start, end));
  }

  it('finds nothing in the set-up, the check queries and the clean-up', () => {
    for (const sql of [...recording.setup, ...recording.verify, ...recording.cleanup]) {
      const errors = linter.lint(sql).diagnostics.filter(({ severity }) => severity === 'error');
      assert.deepEqual(errors, [], sql);
    }
  });

  for (const recorded of recording.cases.filter(({ steps }) => steps)) {
    it(recorded.name, () => compare(recorded, errorsByStep(recorded)));
  }

  it('agrees with the further cases, too', () => {
    for (const recorded of readFurtherCases().filter(({ steps }) => steps)) {
      const found = errorsByStep(recorded);
      stepsOf(recorded).forEach(({ sql, answer }, at) => {
        if (answer.outcome === 'ok') assert.deepEqual(found[at], [], `${recorded.name}: ${sql}`);
      });
    }
  });

  function compare(recorded: RecordedCase, found: ReturnType<typeof errorsByStep>): void {
    stepsOf(recorded).forEach(({ sql, answer }, at) => {
      if (answer.outcome === 'ok') return assert.deepEqual(found[at], [], sql);
      const { sqlstate = '', message = '' } = answer;
      if (NOT_BY_TEXT.has(sqlstate) || NOT_BY_TEXT_MESSAGES.some(pattern => pattern.test(message))) return;
      assert.ok(
        found[at]?.some(error => error.sqlstate === sqlstate && error.message === message),
        `${sql}\nexpected ${sqlstate} ${message}, found ${JSON.stringify(found[at])}`,
      );
    });
  }
});
