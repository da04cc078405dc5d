import { all, as, constantTexts } from '../tree';
import { ruleMaker } from '../rule';

const rule = ruleMaker({ area: 'transactions', since: '2026-09-15', grade: 'R', source: 'dsql-emulator recordings' });

const UNSUPPORTED: Record<string, string> = {
  TRANS_STMT_SAVEPOINT: 'SAVEPOINT',
  TRANS_STMT_RELEASE: 'RELEASE',
  TRANS_STMT_ROLLBACK_TO: 'ROLLBACK TO',
  TRANS_STMT_PREPARE: 'PREPARE TRANSACTION',
  TRANS_STMT_COMMIT_PREPARED: 'COMMIT PREPARED',
  TRANS_STMT_ROLLBACK_PREPARED: 'ROLLBACK PREPARED',
};

/** The isolation level of BEGIN's or SET TRANSACTION's options when it is not REPEATABLE READ. */
function otherIsolation(options: Parameters<typeof all>[0]): string | undefined {
  for (const option of all(options, 'DefElem')) {
    if (option.defname !== 'transaction_isolation') continue;
    const level = option.arg && constantTexts([option.arg])[0];
    if (level !== undefined && level !== 'repeatable read') return level.toUpperCase();
  }
  return undefined;
}

/** Statements that control transactions. */
export const transactionRules = [
  rule(
    'TransactionStmt',
    {
      id: 'isolation_level',
      message: 'Unsupported isolation level: {level}',
      remedy: 'Leave the level out: REPEATABLE READ is the only one. Use SELECT … FOR UPDATE where write skew matters.',
    },
    ({ options }) => {
      const level = otherIsolation(options);
      return level !== undefined && { values: { level } };
    },
  ),
  rule(
    'VariableSetStmt',
    {
      id: 'set_isolation_level',
      message: 'Unsupported isolation level: {level}',
      remedy: 'Leave it out: REPEATABLE READ is the only level.',
    },
    ({ kind, args }) => {
      const level = kind === 'VAR_SET_MULTI' ? otherIsolation(args) : undefined;
      return level !== undefined && { values: { level } };
    },
  ),
  rule(
    'TransactionStmt',
    {
      id: 'savepoint',
      message: 'unsupported transaction statement: {statement}',
      remedy: 'Retry the whole transaction instead of a part of it.',
    },
    ({ kind }) => {
      const statement = UNSUPPORTED[kind ?? ''];
      return statement !== undefined && { values: { statement } };
    },
  ),
];

/** What options of a transaction say of its mode; undefined when they do not. */
export function modeOf(
  options: Parameters<typeof all>[0],
  mode: 'transaction_read_only' | 'transaction_deferrable',
): boolean | undefined {
  const said = all(options, 'DefElem').findLast(({ defname }) => defname === mode);
  return said && (as(said.arg, 'A_Const')?.ival?.ival ?? 0) !== 0;
}
