import { CodedError } from '../../base/errors';
import type { Action, ChapterPorts, StepResult } from './contract';
import { matches, outcomeError, showError, showExpected } from './outcome-error';
import { table, type Stage } from './stage';
import { substitute } from './variables';

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

const SCHEMA_CONFLICT =
  '40001 (OC001): the schema was changed from elsewhere since this connection last looked; once more';

/** Runs a statement; its failure is success where the chapter expects it. */
export async function runSql(action: Of<'sql'>, { ports, memory, progress, signal }: Stage): Promise<StepResult> {
  const sql = substitute(action.sql, memory.variables);
  try {
    const onSchemaConflict = (): void => progress({ text: SCHEMA_CONFLICT });
    const result = await ports.database.query(sql, {
      ...{ as: action.as, user: action.user, signal },
      ...(!action.expectError && { onSchemaConflict }),
    });
    if (!action.expectError) return table(result);
  } catch (error) {
    if (signal.aborted) throw error;
    const outcome = outcomeError(error);
    if (action.expectError && matches(outcome, action.expectError))
      return {
        type: 'text',
        text: [`Refused, as it should be: ${showError(outcome)}`, outcome.detail ?? []].flat().join('\n'),
      };
    if (outcome.sqlstate !== undefined && action.tolerate?.includes(outcome.sqlstate))
      return { type: 'text', text: `Nothing to do: ${showError(outcome)}` };
    throw error;
  }
  throw new CodedError(
    'EXPECTED_ERROR_MISSING',
    `the statement was accepted, ${showExpected(action.expectError)} was expected`,
    {
      nextStep: 'Undo the step and run it again; if it repeats, the target does not behave as DSQL does.',
    },
  );
}

/** The text of a plan, as the server prints it. */
export async function planOf(
  sql: string,
  options: { analyze: boolean; verbose: boolean },
  ports: ChapterPorts,
  signal?: AbortSignal,
): Promise<string> {
  const prefix = ['EXPLAIN', options.analyze && 'ANALYZE', options.verbose && 'VERBOSE'].filter(Boolean).join(' ');
  const result = await ports.database.query(`${prefix} ${sql}`, { signal });
  return result.rows.map(([line]) => line ?? '').join('\n');
}

/** Saves and shows a plan. */
export async function explain(action: Of<'explain'>, { ports, memory, signal }: Stage): Promise<StepResult> {
  const text = await planOf(substitute(action.sql, memory.variables), action, ports, signal);
  memory.plans.set(action.name, text);
  return { type: 'plan', text, title: action.name };
}
