import { comparisonSection, estimateSection } from '../../src/core/cost/report';
import type { CostViewState } from '../../src/protocol/cost-view';

export const HOSTILE = '<img src=x onerror="document.title=`owned`">';
const measured = [{ name: HOSTILE, sql: 'UPDATE accounts', dpu: { compute: 0.002, read: 0.0004, write: 0.006 } }];
export const state: CostViewState = {
  profileId: 'local',
  profile: 'Local cluster',
  local: true,
  busy: false,
  transactions: 1_000_000,
  report: {
    title: 'Cost of Local cluster',
    notes: ['The local cluster bills nothing.'],
    sections: [
      estimateSection(measured, { committed: 1_000_000, lost: 0 }, 'us-east-1', { local: true }),
      comparisonSection(0.0136, 0.0716, 'One session'),
    ],
  },
};
