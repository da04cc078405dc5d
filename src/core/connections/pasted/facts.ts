/** What a pasted text says of a connection, as it stands there. Passwords and tokens are never among it. */
export interface PastedFacts {
  /** Host name, endpoint or cluster id. */
  host?: string;
  port?: string;
  /** libpq's `hostaddr`. */
  hostaddr?: string;
  region?: string;
  user?: string;
  awsProfile?: string;
  schema?: string;
  caFile?: string;
}

/** Adds what is not known yet; empty texts say nothing. */
export function addFacts(facts: PastedFacts, more: PastedFacts): void {
  for (const key of Object.keys(more) as (keyof PastedFacts)[]) {
    const value = more[key]?.trim();
    if (value) facts[key] ??= value;
  }
}
