import { CodedError } from '../../base/errors';
import type { RunResult } from '../stress/contract';
import type { HeatMapView } from '../../protocol/chapter-view';
import type { Action, StepResult } from './contract';
import type { QueryResult } from '../sql/database-port';
import { runMissing } from './errors';
import type { Stage } from './stage';
import { substitute } from './variables';

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

/** Draws a query's answer: (row, column, value), or (column, value) for a map of one row. Missing cells are 0. */
export async function heatMap(action: Of<'heat-map'>, { ports, memory, signal }: Stage): Promise<StepResult> {
  const result = await ports.database.query(substitute(action.sql, memory.variables), { signal });
  return { type: 'heat-map', map: mapOf(action.title, result) };
}

function mapOf(title: string, { columns: names, rows: lines }: QueryResult): HeatMapView {
  if (names.length !== 2 && names.length !== 3)
    throw new CodedError('HEAT_MAP_COLUMNS', `a heat map needs two or three columns, the query has ${names.length}`, {
      nextStep: 'Select row, column and value; or column and value.',
    });
  const cells = lines.map(line => (names.length === 2 ? ['', ...line] : line).map(cell => cell ?? 'NULL'));
  const rows = [...new Set(cells.map(([row]) => row!))];
  const columns = [...new Set(cells.map(([, column]) => column!))];
  const values = rows.map(() => columns.map(() => 0));
  for (const [row, column, value] of cells) values[rows.indexOf(row!)]![columns.indexOf(column!)] = Number(value);
  const [rowName = '', columnName = '', valueName = ''] = names.length === 2 ? ['', ...names] : names;
  return { title, rowName, columnName, valueName, rows, columns, values };
}

/** Where runs met their conflicts: the accounts that met most, by range of keys. */
export function conflictMap(action: Of<'conflict-map'>, { memory }: Stage): Promise<StepResult> {
  const runs = action.runs.map(name => {
    const run = memory.runs.get(name);
    if (!run) throw runMissing(name);
    return run;
  });
  return Promise.resolve({ type: 'heat-map', map: conflictsByRange(runs, action.buckets) });
}

/** A row for each run; accounts 1..n in at most `buckets` ranges, conflicts of the hottest accounts in each. */
export function conflictsByRange(runs: readonly RunResult[], buckets: number): HeatMapView {
  const accounts = Math.max(...runs.map(run => run.plan.accounts));
  const width = Math.ceil(accounts / buckets);
  const count = Math.ceil(accounts / width);
  const columns = Array.from({ length: count }, (_, i) => {
    const [from, to] = [i * width + 1, Math.min((i + 1) * width, accounts)];
    return from === to ? String(from) : `${from}–${to}`;
  });
  const values = runs.map(run => {
    const row = columns.map(() => 0);
    for (const { account, conflicts } of run.hotKeys ?? []) row[Math.floor((account - 1) / width)]! += conflicts;
    return row;
  });
  return {
    title: 'Conflicts of the hottest accounts',
    rowName: 'run',
    columnName: 'accounts',
    valueName: 'conflicts',
    rows: runs.map(run => run.plan.name),
    columns,
    values,
  };
}
