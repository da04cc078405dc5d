/** The migration audit as plain data: what stands between a code base or a PostgreSQL database and Aurora DSQL. */
import type { Grade } from '../dialect/rule';

/** S: minutes to an hour a place, mechanical. M: some hours, a design choice. L: days, another way of working. */
export type Effort = 'S' | 'M' | 'L';
/** How sure it is that the place is what it looks like. */
export type Confidence = 'high' | 'medium' | 'low';
/** `blocker`: DSQL refuses it. `change`: it works otherwise, or not at scale. `note`: good to know. */
export type Impact = 'blocker' | 'change' | 'note';

/** Where a finding lies: in a file, or in a database. */
export type FindingPlace =
  | { type: 'file'; path: string; line: number; column: number }
  | { type: 'object'; kind: string; name: string }
  | { type: 'database' };

/** One kind of thing to do, whatever its places. */
export interface AuditRule {
  id: string;
  /** What stands in the way, as a heading. */
  title: string;
  impact: Impact;
  effort: Effort;
  why: string;
  remedy: string;
  since: string;
  grade: Grade;
  source: string;
  url: string;
}

export interface AuditFinding {
  rule: AuditRule;
  place: FindingPlace;
  confidence: Confidence;
  /** What was seen: the offending words, a count, a size. One line; never a value of a row. */
  evidence: string;
}

/** Numbers of what there is, by kind: tables, indexes, functions. */
export type Inventory = Record<string, number>;

export interface AuditTotals {
  findings: number;
  impact: Record<Impact, number>;
  effort: Record<Effort, number>;
}

/** What stands between a code base or a live PostgreSQL and DSQL. Plain data; holds no password and no row of a table. */
export interface AuditReport {
  /** What was examined: a folder as given, or host, port and database; never a password. */
  subject: string;
  kind: 'folder' | 'database';
  /** ISO date and time. */
  createdAt: string;
  inventory: Inventory;
  /** Blockers first, then by rule and place. */
  findings: AuditFinding[];
  totals: AuditTotals;
  /** What could not be examined, and why. */
  gaps: string[];
}
