import assert from 'node:assert/strict';
import { createDialect } from '../../../src/core/dialect/dialect';
import { readRecording } from '../../local/conformance/recording';
import type { Dialect } from '../../../src/core/dialect/contract';

/** Errors that need data, a catalogue, or a transaction: the dialect alone must let these statements through. */
const NOT_BY_TEXT = new Set(['23503', '23514', '25P02', '40001', '42809', '54000', '55000']);
const NOT_BY_TEXT_MESSAGES = [
  /^multiple ddl statements/,
  /^ddl and dml/,
  /^cannot drop primary key column/,
  /^type "baseline_\w+" does not exist/,
  /^unrecognized configuration parameter/,
  /^attribute \d+ of type .* has wrong type/,
];

describe('answers recorded on a real cluster, by the text alone', () => {
  const recording = readRecording();
  let dialect: Dialect;
  before(async () => void (dialect = await createDialect()));

  it('is the recording with its source and licence', () => {
    assert.match(recording.source, /MIT licence/);
    assert.equal(recording.cases.length, 144);
  });

  it('takes the set-up and clean-up', () => {
    for (const sql of [...recording.setup, ...recording.verify, ...recording.cleanup]) {
      assert.equal(dialect.classify(sql).refusal, undefined, sql);
    }
  });

  for (const recorded of recording.cases) {
    it(recorded.name, () => {
      const lists = recorded.sessions_steps ?? [recorded.steps ?? []];
      const answers = recorded.sessions ?? [recorded.observations ?? []];
      lists.forEach((steps, list) =>
        steps.forEach((step, at) => {
          const answer = answers[list]?.[at];
          const spans = dialect.split(step);
          assert.equal(spans.length, recorded.simple_protocol ? (answer?.results?.length ?? 2) : 1);
          const classified = spans.map(({ text }) => dialect.classify(text));
          const refusal = classified.find(c => c.refusal)?.refusal;
          const expected =
            answer?.outcome === 'error' && !isBeyondText(answer.sqlstate, answer.message) ? answer : undefined;
          assert.deepEqual(
            refusal && { sqlstate: refusal.sqlstate, message: refusal.message },
            expected && { sqlstate: expected.sqlstate, message: expected.message },
            step,
          );
          const tag = answer?.command_tag?.replace(/ \d+/g, '');
          if (tag && tag !== 'ROLLBACK') assert.equal(classified[0]?.tag, tag, step);
        }),
      );
    });
  }
});

const isBeyondText = (sqlstate = '', message = ''): boolean =>
  NOT_BY_TEXT.has(sqlstate) || NOT_BY_TEXT_MESSAGES.some(pattern => pattern.test(message));
