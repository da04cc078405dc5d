/** Judges the statements of a text one after the other: transactions, and tables the text itself defines. */
import { TRANSACTION_ROW_LIMIT } from '../dialect/row-limit';
import type { Classified } from '../dialect/contract';
import { fill } from '../dialect/rule';
import { UNKEYABLE } from '../dialect/type-names';
import { indexKeys } from './index-keys';
import { headOf } from './locate';
import { ADVICE_RULES } from './rules/advice';
import { SCRIPT_RULES } from './rules/script-rules';
import type { Finding, StatementFacts } from './statement-facts';
import { StatementTokens } from './statement-tokens';
import type { TableShape } from './table-shape';

/** Where a statement stands to transactions. */
export interface StatementPlace {
  /** Inside BEGIN … COMMIT, or the whole text is one transaction. */
  inTransaction: boolean;
  /** A BEGIN of the text opened it. */
  inBlock: boolean;
}

interface OpenTransaction {
  block: boolean;
  ddl: boolean;
  dml: boolean;
  rows: number;
}

/** The state of a text read so far. */
export class ScriptWalk {
  readonly tables = new Map<string, TableShape>();
  private transaction: OpenTransaction | undefined;
  private buildsAtOnce = false;

  constructor(private readonly singleTransaction: boolean) {
    if (singleTransaction) this.open(false);
  }

  private open(block: boolean): void {
    this.transaction = { block, ddl: false, dml: false, rows: 0 };
  }

  /** Takes the next statement: its place, and what only its surroundings tell. Findings of the rules in `except` do not count here. */
  take(facts: StatementFacts, text: string): StatementPlace & { findings: Finding[]; except: ReadonlySet<string> } {
    const { classified } = facts;
    const place = { inTransaction: this.transaction !== undefined, inBlock: this.transaction?.block === true };
    const findings: Finding[] = [];
    const except = new Set<string>();
    const tokens = () => new StatementTokens(text);
    if (this.buildsAtOnce) except.add('index_async');
    this.judgeTables(facts, tokens, findings);
    this.judgeTransaction(facts, tokens, findings);
    if (classified.kind === 'set' && classified.parameter?.name === 'disable_sync_create_index') {
      this.buildsAtOnce = /^'?(?:off|false|no|0)/i.test(classified.parameter.value ?? '');
    }
    return { ...place, findings, except };
  }

  private judgeTransaction(facts: StatementFacts, tokens: () => StatementTokens, findings: Finding[]): void {
    const { classified } = facts;
    if (classified.kind === 'begin') {
      if (!this.singleTransaction && !classified.refusal) this.open(true);
      return;
    }
    if (classified.kind === 'commit' || classified.kind === 'rollback') {
      this.transaction = undefined;
      if (classified.chain) this.open(true);
      return;
    }
    const { transaction } = this;
    const found = (id: keyof typeof SCRIPT_RULES) =>
      findings.push({ ruleId: id, message: SCRIPT_RULES[id].message, range: headOf(tokens()) });
    const rows = (transaction?.rows ?? 0) + (facts.rows ?? 0);
    if (rows > TRANSACTION_ROW_LIMIT && (facts.rows ?? 0) > 0) found('transaction_row_limit');
    if (!transaction) return;
    transaction.rows = rows > TRANSACTION_ROW_LIMIT ? 0 : rows;
    if (classified.kind === 'analyze') found('analyze_in_transaction');
    if (isWaitForJob(classified)) found('wait_for_job_in_transaction');
    if (classified.refusal) return;
    if (classified.kind === 'ddl') {
      if (transaction.ddl) found('multiple_ddl');
      else if (transaction.dml) found('ddl_with_dml');
      transaction.ddl = true;
    } else if (classified.writes) {
      if (transaction.ddl) found('ddl_with_dml');
      transaction.dml = true;
    }
  }

  private judgeTables(facts: StatementFacts, tokens: () => StatementTokens, findings: Finding[]): void {
    const { creates, updates, dropsColumns, dropsConstraints, indexes } = facts;
    if (creates) this.tables.set(unqualified(creates.name), creates);
    const key = (table: string) => this.tables.get(unqualified(table))?.key ?? [];
    for (const { name, range } of updates?.columns ?? []) {
      if (!key(updates?.table ?? '').includes(name)) continue;
      findings.push({ ruleId: 'update_primary_key', message: ADVICE_RULES.update_primary_key.message, range });
    }
    for (const { name, range } of dropsColumns?.columns ?? []) {
      if (!key(dropsColumns?.table ?? '').includes(name)) continue;
      const message = fill(SCRIPT_RULES.drop_key_column.message, { column: name });
      findings.push({ ruleId: 'drop_key_column', message, range });
    }
    for (const { name, range } of dropsConstraints?.names ?? []) {
      const table = this.tables.get(unqualified(dropsConstraints?.table ?? ''));
      if (!table || table.key.length === 0 || table.keyName !== name) continue;
      findings.push({ ruleId: 'drop_primary_key', message: SCRIPT_RULES.drop_primary_key.message, range });
    }
    if (indexes) this.judgeIndex(indexes, tokens, findings);
  }

  private judgeIndex(
    { table, columns }: NonNullable<StatementFacts['indexes']>,
    tokens: () => StatementTokens,
    findings: Finding[],
  ): void {
    const shape = this.tables.get(unqualified(table));
    for (const column of columns) {
      const type = shape?.columns.find(({ name }) => name === column)?.type;
      if (!type?.builtIn || !UNKEYABLE.has(type.name)) continue;
      const statement = tokens();
      const key = indexKeys(statement).find(({ from }) => statement.name(from) === column);
      const range = key ? statement.range(key.from, key.to) : headOf(statement);
      findings.push({ ruleId: 'key_type', message: `datatype ${type.display} is not supported in a key`, range });
    }
  }
}

const isWaitForJob = ({ special }: Classified): boolean => special?.type === 'wait-for-job';

/** Tables of a text are told apart by their last name only: a text seldom has two schemas with the same table. */
const unqualified = (name: string): string => name.split('.').at(-1) ?? name;
