import { count } from '../../base/number-text';
import { oneLine } from '../../base/one-line';
import type { Action, ScaledNumber } from './contract';

/** One line that says what an action does, for progress and logs. */
export function describeAction(action: Action, figure: (number: ScaledNumber) => number): string {
  const n = (number: ScaledNumber): string => count(figure(number));
  switch (action.type) {
    case 'sql':
      return short(action.sql);
    case 'explain': {
      const options = [action.analyze && ' ANALYZE', action.verbose && ' VERBOSE'].filter(Boolean).join('');
      return short(`EXPLAIN${options} ${action.sql}`);
    }
    case 'deploy':
      return `deploy ${action.functionName} from ${action.lambda}`;
    case 'remove-function':
      return `remove ${action.functionName}`;
    case 'invoke':
      return `invoke ${action.functionName} ${short(JSON.stringify(action.payload))}${action.times > 1 ? `, ${action.times} times` : ''}`;
    case 'token':
      return `token for ${action.user}`;
    case 'load-accounts':
      return `load ${n(action.accounts)} accounts of ${action.balance}`;
    case 'wait-for-jobs':
      return `wait for ${action.indexes.join(', ')}`;
    case 'stress':
      return `${action.name}: ${n(action.calls)} calls, ${n(action.inFlight)} in flight${action.direct ? `, retry ${action.direct.policy}` : ''}`;
    case 'heat-map':
      return action.title;
    case 'conflict-map':
      return `where ${action.runs.join(', ')} met conflicts`;
    case 'compare-plans':
      return `compare the plans ${action.before} and ${action.after}`;
    case 'measure':
      return `measure ${action.functionName}: ${action.cases.map(({ name }) => name).join(', ')}, ${action.times} calls each`;
    case 'sessions':
      return `sessions ${'script' in action.source ? action.source.script : action.name}${action.order === undefined ? '' : `: ${action.order}`}`;
    case 'compare-runs':
      return `compare ${action.runs.join(', ')}`;
  }
}

const short = (text: string): string => oneLine(text, 100);
