import { describeLoad } from '../bank/load-progress';
import { decodeToken } from '../connections/token';
import type { Action, StepResult } from './contract';
import { cancelled } from './errors';
import { comparePlans } from './perform-compare-plans';
import { conflictMap, heatMap } from './perform-heat-map';
import { waitForJobs } from './perform-jobs';
import { deploy, invoke, removeFunction } from './perform-lambda';
import { measure } from './perform-measure';
import { explain, runSql } from './perform-sql';
import { compareRuns, runStress } from './perform-stress';
import { runSessions } from './sessions-block';
import type { Stage } from './stage';

type Of<T extends Action['type']> = Extract<Action, { type: T }>;

/** Runs one action and remembers what it made. Rejects when it did not do what it should. */
export async function perform(action: Action, stage: Stage): Promise<StepResult> {
  if (stage.signal.aborted) throw cancelled();
  switch (action.type) {
    case 'sql':
      return runSql(action, stage);
    case 'explain':
      return explain(action, stage);
    case 'deploy':
      return deploy(action, stage);
    case 'remove-function':
      return removeFunction(action, stage);
    case 'invoke':
      return invoke(action, stage);
    case 'token':
      return showToken(action, stage);
    case 'load-accounts':
      return loadAccounts(action, stage);
    case 'wait-for-jobs':
      return waitForJobs(action, stage);
    case 'stress':
      return runStress(action, stage);
    case 'sessions':
      return runSessions(action, stage);
    case 'compare-runs':
      return compareRuns(action, stage);
    case 'heat-map':
      return heatMap(action, stage);
    case 'conflict-map':
      return conflictMap(action, stage);
    case 'compare-plans':
      return comparePlans(action, stage);
    case 'measure':
      return measure(action, stage);
  }
}

async function showToken(action: Of<'token'>, { ports }: Stage): Promise<StepResult> {
  const decoded = decodeToken(await ports.mintToken(action.as, action.user));
  const rows = decoded.map(part => [part.name, part.value, part.meaning]);
  return { type: 'table', columns: ['part', 'value', 'meaning'], rows, tag: 'TOKEN', truncated: false };
}

async function loadAccounts(action: Of<'load-accounts'>, stage: Stage): Promise<StepResult> {
  const count = stage.figure(action.accounts);
  const onProgress = (loaded: number, rowsPerSecond = 0): void =>
    stage.progress({ text: describeLoad({ loaded, count, rowsPerSecond }), fraction: loaded / count });
  const loaded = await stage.ports.bank.loadAccounts(count, action.balance, onProgress, stage.signal);
  stage.memory.variables.set('accounts', String(count));
  return {
    type: 'text',
    text: `${loaded.toLocaleString('en')} accounts inserted, ${count.toLocaleString('en')} in all`,
  };
}
