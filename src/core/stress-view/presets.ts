import type { PresetView } from '../../protocol/stress-form';
import { presetsFor } from '../stress/presets';
import { ALL_POLICIES } from './form';
import { formOfPlan } from './plan-form';

/** The workshop's own runs, as forms: the same table as the command line's. */
export const WORKSHOP_PRESETS: readonly PresetView[] = presetsFor('window').map(preset => {
  const form = formOfPlan(preset.plan, 'local');
  return {
    id: preset.id,
    name: preset.title,
    description: preset.description,
    own: false,
    form: {
      ...form,
      // the command line calls the chapters' function; the window deploys one of its own
      ...(form.workload === 'lambda' && { handler: preset.handler ?? 'with-retries', functionName: 'transfer' }),
      ...(preset.everyPolicy && { retryPolicy: ALL_POLICIES }),
    },
  };
});
