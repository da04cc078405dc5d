/** Exit codes of `dsql-workshop`, as its help documents them. */
export const EXIT = {
  ok: 0,
  /** A check did not hold, or something failed. */
  failed: 1,
  /** The command line was wrong. */
  usage: 2,
  /** Ctrl-C, or a request to terminate. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
