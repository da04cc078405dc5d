/** One case for every way out that lint offers: the text, the rule and fix, and what the text becomes. */
export interface FixCase {
  rule: string;
  fix: string;
  /** Statements that must have run before. */
  given?: string[];
  text: string;
  fixed: string;
}

/** Tables that cases are given. */
export const T = 'CREATE TABLE fx (id uuid PRIMARY KEY, a text, n int)';
export const P = 'CREATE TABLE parent (id uuid PRIMARY KEY)';
