import type { SqlSink } from './contract';

/** A sink that listens along. */
export interface JobIdSink {
  sink: SqlSink;
  /** Ids of the attempt that came last: one that met a conflict started no job. */
  jobIds(): string[];
}

/** The sink, with an ear for the one row of a statement that starts a job: its column `job_id`. */
export function jobIdSink(sink: SqlSink): JobIdSink {
  let column = -1;
  let ids: string[] = [];
  return {
    jobIds: () => ids,
    sink: {
      columns: columns => {
        ids = [];
        column = columns.findIndex(({ name }) => name === 'job_id');
        return sink.columns(columns);
      },
      rows: rows => {
        ids.push(...rows.flatMap(row => row[column] ?? []));
        return sink.rows(rows);
      },
      notice: notice => sink.notice?.(notice),
      retry: (attempt, delayMs, error) => sink.retry?.(attempt, delayMs, error),
    },
  };
}
