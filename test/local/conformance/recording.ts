import fs from 'node:fs';
import path from 'node:path';

/** What a cluster answered to one statement. */
export interface Observation {
  outcome: 'ok' | 'error';
  command_tag?: string;
  columns?: string[];
  rows?: string[][];
  sqlstate?: string;
  message?: string;
  /** Of a simple Query with several statements: one entry each. */
  results?: Pick<Observation, 'command_tag' | 'columns' | 'rows'>[];
}

/** One recorded case: steps on the common connection, or several sessions at once. */
export interface RecordedCase {
  name: string;
  group: string;
  note?: string;
  steps?: string[];
  observations?: Observation[];
  sessions_steps?: string[][];
  sessions?: Observation[][];
  /** Each step is one simple Query. */
  simple_protocol?: boolean;
  /** Values differ from run to run: rows and the counts in tags are not compared. */
  ignore_rows?: boolean;
  /** Which session loses is a race; how many, with what and at which step is not. */
  conflict_race?: boolean;
}

/** The recording: see its `source` and `how_to_replay`. */
export interface Recording {
  source: string;
  setup: string[];
  verify: string[];
  cleanup: string[];
  cases: RecordedCase[];
}

const FOLDER = path.resolve(__dirname, '../../fixtures/conformance');
const read = (file: string): unknown => JSON.parse(fs.readFileSync(path.join(FOLDER, file), 'utf8'));

/** Reads the answers recorded on a real cluster. */
export const readRecording = (): Recording => read('cluster-answers.json') as Recording;

/** Further cases on the recording's set-up, with the answers that documentation and the recording's rules give: see their `source`. */
export const readFurtherCases = (): RecordedCase[] => (read('further-answers.json') as { cases: RecordedCase[] }).cases;
