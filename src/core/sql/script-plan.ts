/** What running a script comes to: statements in order, transaction blocks recognised, jobs and parameters known beforehand. */
import type { Classified, Dialect } from '../dialect/contract';
import type { SqlTransactionState } from './contract';
import { findParameters, type StatementParameter } from './parameters';
import { splitScript, type ScriptPart } from './script';

/** Where a statement stands to the script's transaction blocks. */
export type BlockPlace = 'autocommit' | 'begin' | 'inside' | 'end';

/** A statement of a script and where it stands among the script's transactions, known before anything is sent. */
export interface PlannedStatement {
  index: number;
  /** The text that is sent. */
  sql: string;
  /** Offset of the text in the document, UTF-16 units; undefined where there is none. */
  offset?: number;
  type: ScriptPart['type'];
  classified: Classified;
  place: BlockPlace;
  /** Index of the statement that begins the block; undefined outside one, and where the block was open before the script. */
  blockStart?: number;
  /** Index of the statement that ends the block; undefined where the script does not end it. */
  blockEnd?: number;
  parameters: StatementParameter[];
  /** The statement starts an asynchronous job and answers with its id. */
  startsJob: boolean;
}

export interface ScriptPlan {
  statements: PlannedStatement[];
  /** The script begins a transaction and does not end it. */
  leavesOpen: boolean;
}

export interface PlanOptions {
  dialect: Dialect;
  /** State of the session the script will run on. Default `idle`. */
  transaction?: SqlTransactionState;
  /** Offset of `text` in its document; undefined where no document is behind it. */
  offset?: number;
}

/** Plans a script. Pure: nothing is sent, nothing is asked. */
export function planScript(text: string, { dialect, transaction = 'idle', offset }: PlanOptions): ScriptPlan {
  let open = transaction !== 'idle';
  let blockStart: number | undefined;
  const statements = splitScript(text).map((part, index): PlannedStatement => {
    const statement = planPart(part, index, dialect, offset);
    const { kind, chain } = statement.classified;
    if (part.type === 'meta') return statement;
    if (open) {
      const ends = kind === 'commit' || kind === 'rollback';
      Object.assign(statement, { place: ends ? 'end' : 'inside', blockStart });
      if (ends) {
        open = chain === true;
        blockStart = open ? index : undefined;
      }
    } else if (kind === 'begin') {
      Object.assign(statement, { place: 'begin', blockStart: index });
      open = true;
      blockStart = index;
    }
    return statement;
  });
  let end: number | undefined;
  for (const statement of [...statements].reverse()) {
    if (statement.place === 'end') end = statement.index;
    if (statement.place !== 'autocommit') statement.blockEnd = end;
    if (statement.place === 'begin') end = undefined;
  }
  return { statements, leavesOpen: open };
}

function planPart(part: ScriptPart, index: number, dialect: Dialect, offset: number | undefined): PlannedStatement {
  const classified = dialect.classify(part.type === 'meta' ? '' : part.text);
  const special = classified.special?.type;
  return {
    index,
    sql: part.text,
    ...(offset !== undefined && { offset: offset + part.start }),
    type: part.type,
    classified,
    place: 'autocommit',
    parameters: part.type === 'meta' ? [] : findParameters(part.text),
    startsJob: special === 'create-index-async' || special === 'validate-constraint-async',
  };
}
