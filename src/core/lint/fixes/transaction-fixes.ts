/** Ways out of what may not stand together in a transaction, and of statements about transactions. */
import { TRANSACTION_ROW_LIMIT } from '../../dialect/row-limit';
import { fix, insert, removeStatement, removeTokens, replace, type FixContext, type Fixer } from './fix-context';

const split: Fixer = ({ place }) =>
  place.inBlock ? fix('split', 'Commit before this statement', true, [insert(0, 'COMMIT;\nBEGIN;\n')]) : [];

const behindCommit: Fixer = ({ place, tokens }) =>
  place.inBlock
    ? fix('outside', 'Commit before this statement and begin again behind it', true, [
        insert(0, 'COMMIT;\n'),
        insert(tokens.text.length, ';\nBEGIN'),
      ])
    : [];

const removed =
  (title: string, safe: boolean): Fixer =>
  context =>
    fix('remove', title, safe, [removeStatement(context)]);

/** BEGIN … ISOLATION LEVEL SERIALIZABLE: only REPEATABLE READ is there. */
const isolation: Fixer = ({ tokens }) => {
  const at = tokens.find(['isolation', 'level']);
  if (at < 0) return [];
  const two = tokens.word(at + 2) === 'read' || tokens.word(at + 2) === 'repeatable';
  let [from, to] = [at, at + (two ? 4 : 3)];
  if (tokens.word(to) === ',') to++;
  else if (tokens.word(from - 1) === ',') from--;
  // SET TRANSACTION ISOLATION LEVEL … alone has nothing left to say
  return fix('remove', 'Remove the isolation level', false, [removeTokens(tokens, from, to)]);
};

/** SET TRANSACTION READ ONLY directly behind BEGIN belongs to BEGIN. */
const setParameter: Fixer = context => {
  const { tokens, document, span } = context;
  const isTransaction = tokens.word(0) === 'set' && tokens.word(1) === 'transaction';
  const readOnly = isTransaction && tokens.find(['read', 'only']) > 0;
  if (!readOnly) return removed('Remove the statement', true)(context);
  const begin = /\b(begin|start\s+transaction)(\s+work|\s+transaction)?\s*;\s*$/i.exec(document.slice(0, span.start));
  if (!begin) {
    return fix('session', 'Make the session read only', false, [
      replace({ start: 0, end: tokens.text.length }, 'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY'),
    ]);
  }
  const semicolon = begin.index + begin[0].lastIndexOf(';') - span.start;
  return fix('begin', 'Write BEGIN READ ONLY', true, [insert(semicolon, ' READ ONLY'), removeStatement(context)]);
};

const setIsolation: Fixer = context => {
  const { tokens } = context;
  if (tokens.find(['read', 'only']) < 0) return removed('Remove the statement', false)(context);
  return tokens.word(1) === 'session' ? isolation(context) : setParameter(context);
};

const waitForJob: Fixer = ({ tokens, finding }: FixContext) => {
  const at = tokens.at(finding.range.start);
  if (tokens.word(0) !== 'select' || at !== 1) return [];
  const whole = tokens.behindGroup(at + 3) === tokens.tokens.length;
  return whole ? fix('call', 'Write CALL', true, [replace(tokens.range(0), 'CALL')]) : [];
};

export const transactionFixes: Record<string, Fixer> = {
  multiple_ddl: split,
  ddl_with_dml: split,
  transaction_row_limit: splitRows,
  analyze_in_transaction: behindCommit,
  wait_for_job_in_transaction: behindCommit,
  wait_for_job_select: waitForJob,
  isolation_level: isolation,
  set_isolation_level: setIsolation,
  unsupported_parameter: setParameter,
  savepoint: removed('Remove the statement and retry the whole transaction', false),
  vacuum: removed('Remove the statement', true),
  analyze_without_relation: removed('Remove the statement', true),
};

/** INSERT … VALUES with more rows than a transaction may write: several INSERTs of 3,000. */
function splitRows({ tokens, place }: FixContext) {
  const values = tokens.find(['values']);
  if (values < 0) return [];
  const rows = tokens.elements(values + 1, tokens.tokens.length);
  const last = rows.at(-1);
  const plain = last !== undefined && tokens.behindGroup(last.from) === tokens.tokens.length;
  if (!plain || rows.some(row => tokens.word(row.from) !== '(')) return [];
  if (rows.length <= TRANSACTION_ROW_LIMIT)
    return place.inBlock ? fix('split', 'Commit before this statement', true, [insert(0, 'COMMIT;\nBEGIN;\n')]) : [];
  const head = tokens.source(0, values + 1);
  const between = place.inBlock ? ';\nCOMMIT;\nBEGIN;\n' : ';\n';
  const edits = [];
  for (let at = TRANSACTION_ROW_LIMIT; at < rows.length; at += TRANSACTION_ROW_LIMIT) {
    const comma = tokens.range((rows[at]?.from ?? 1) - 1);
    edits.push(replace(comma, `${between}${head}`));
  }
  return fix('split', 'Split into INSERTs of 3,000 rows', true, edits);
}
