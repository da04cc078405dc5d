/** The audit of a folder: SQL files by lint, programs by the SQL in their strings and by calls and settings. */
import type { Dialect } from '../dialect/contract';
import { LineIndex } from '../lint/line-index';
import type { Linter } from '../lint/contract';
import { maskScript } from '../lint/mask';
import { runsAsOneTransaction } from '../lint/whole-file';
import { examineSource } from './code/examine-source';
import { sqlFindings } from './code/examine-sql';
import type { AuditFinding, Inventory } from './contract';

const SQL_FILE = /\.(?:sql|pgsql|psql|ddl)$/i;

/** Tags that are counted, by what they create. */
const COUNTED: Readonly<Record<string, string>> = {
  'CREATE TABLE': 'tables',
  'CREATE INDEX': 'indexes',
  'CREATE VIEW': 'views',
  'CREATE FUNCTION': 'functions',
  'CREATE PROCEDURE': 'procedures',
  'CREATE SEQUENCE': 'sequences',
  'CREATE DOMAIN': 'domains',
  'CREATE SCHEMA': 'schemas',
};

/** Takes files one by one. */
export class FolderAudit {
  readonly inventory: Inventory = {};
  readonly gaps: string[] = [];
  private readonly found: AuditFinding[] = [];
  private readonly transactions: AuditFinding[] = [];
  private retries = false;

  constructor(
    private readonly linter: Linter,
    private readonly dialect: Dialect,
  ) {}

  /** Examines one file; yields between its statements. `path` as shown in the report. Never throws. */
  *add(path: string, text: string): Generator<void, void> {
    if (SQL_FILE.test(path)) return yield* this.addSql(path, text);
    const facts = yield* examineSource(path, text, this.linter);
    if (facts.findings.length > 0 || facts.statements > 0 || facts.transaction) this.count('source files');
    this.count('SQL statements in sources', facts.statements);
    this.found.push(...facts.findings);
    if (facts.transaction) this.transactions.push(facts.transaction);
    this.retries ||= facts.retries;
  }

  /** All findings. A code base that retries somewhere is trusted to retry everywhere. */
  get findings(): AuditFinding[] {
    return this.retries ? this.found : [...this.found, ...this.transactions];
  }

  private *addSql(path: string, text: string): Generator<void, void> {
    this.count('SQL files');
    const options = { singleTransaction: runsAsOneTransaction(path) };
    const { foreignDialect, diagnostics } = yield* this.linter.lintInSlices(text, options);
    if (foreignDialect !== undefined) {
      this.gaps.push(`${path}: not examined, it looks like ${foreignDialect}`);
      return;
    }
    for (const span of this.dialect.split(maskScript(text).text)) {
      this.count('SQL statements');
      const kind = COUNTED[this.dialect.classify(span.text).tag];
      if (kind !== undefined) this.count(kind);
      yield;
    }
    const script = { path, lines: new LineIndex(text), start: 0, sql: text, confidence: 'high', isFile: true } as const;
    // one by one: there may be more than a call takes as arguments
    for (const finding of sqlFindings(script, diagnostics)) this.found.push(finding);
  }

  private count(kind: string, by = 1): void {
    if (by > 0) this.inventory[kind] = (this.inventory[kind] ?? 0) + by;
  }
}
