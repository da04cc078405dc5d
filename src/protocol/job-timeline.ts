/** The states of an asynchronous job over time, as the index view and the chapter view draw them: plain data, a complete snapshot each. */

export interface JobTimelineView {
  jobId: string;
  /** `INDEX_BUILD`, `ANALYZE`, `DROP`, `VALIDATE_CONSTRAINT`, or a word that came later. */
  type: string;
  /** What it works on, by its name; the object's number where it has none any more. */
  object: string;
  /** The service's own word: `submitted`, `processing`, `completed`, `failed`… */
  status: string;
  state: 'running' | 'completed' | 'failed';
  /** In order; the last one is the state it is in, or its end, which lasts no time. */
  phases: JobPhaseView[];
  /** From submission to the end, or until now. */
  elapsedMs: number;
  /** What the service said of it: why it failed. */
  details?: string;
  /** What it means and what to do, for failures; how long such jobs take, while it runs. */
  advice?: string;
}

export interface JobPhaseView {
  status: string;
  /** Since submission. */
  fromMs: number;
  durationMs: number;
  /** 0..1 of the job's time so far. */
  share: number;
}
