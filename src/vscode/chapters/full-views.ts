import type { Action, ActionOutcome, StepResult } from '../../core/chapters/contract';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { RunResult } from '../../core/stress/contract';
import type { FullView } from '../../protocol/chapter-view';
import type { Results } from '../results/results';
import { chapterErrors } from './chapter-errors';

/** The larger views of the window. */
export interface LargerViews {
  results: Pick<Results, 'begin'>;
  showPlan(plan: { profile: ConnectionProfile; statement: string; text: string }): void;
  showStress(result: RunResult, profile: ConnectionProfile): Promise<void>;
}

/** Opens results of steps in the views made for them. */
export class FullViews {
  constructor(private readonly views: LargerViews) {}

  /** The view that a result has of its own. */
  readonly of = (result: StepResult): FullView | undefined => {
    if (result.type === 'table' && result.columns.length > 0) return 'table';
    if (result.type === 'plan') return 'plan';
    if (result.type === 'stress') return 'stress';
    return undefined;
  };

  /** @throws CodedError `RESULT_WITHOUT_VIEW`. */
  async open({ action, result, title, durationMs }: ActionOutcome, profile: ConnectionProfile): Promise<void> {
    if (result.type === 'plan') {
      this.views.showPlan({ profile, statement: statementOf(action) ?? title, text: result.text });
    } else if (result.type === 'stress') {
      await this.views.showStress(result.result, profile);
    } else if (result.type === 'table' && result.columns.length > 0) {
      const run = this.views.results.begin({ title, profile }, [{ sql: statementOf(action) ?? title }]);
      const recorder = run.start(0);
      // what was kept are texts; the server's types were not
      await recorder.sink.columns(result.columns.map(name => ({ name, typeOid: TEXT_OID, typeName: 'text' })));
      await recorder.sink.rows(result.rows);
      const { tag, truncated: limited } = result;
      recorder.succeed({ tag, rowCount: result.rows.length, limited, durationMs, retries: 0 });
      run.finish();
    } else throw chapterErrors.noFullView();
  }
}

/** Of `pg_type`. */
const TEXT_OID = 25;

const statementOf = (action: Action): string | undefined => ('sql' in action ? action.sql : undefined);
