import { CodedError } from '../../base/errors';

/** Errors of the stress views and commands. */
export const stressErrors = {
  badRequest: (what: string) =>
    new CodedError('BAD_REQUEST', `The stress view sent ${what}.`, { nextStep: 'Close the view and open it again.' }),
  invalidForm: (message: string) =>
    new CodedError('STRESS_FORM_INVALID', `The run cannot be made like this: ${message}`, {
      nextStep: 'Correct the marked fields in the Stress view.',
    }),
  unknownPreset: (id: string) =>
    new CodedError('STRESS_PRESET_UNKNOWN', `There is no preset ${id}.`, {
      nextStep: 'Choose one in the Stress view.',
    }),
  unknownTarget: () =>
    new CodedError('STRESS_TARGET_UNKNOWN', 'The connection of this run does not exist any more.', {
      nextStep: 'Choose a target in the Stress view.',
    }),
  readOnly: (name: string) =>
    new CodedError('STRESS_TARGET_READ_ONLY', `The connection ${name} is read-only, and a stress run writes.`, {
      nextStep: 'Choose another target, or run “DSQL Workshop: Toggle Read-Only” first.',
    }),
  needsAdmin: (name: string, user: string) =>
    new CodedError('STRESS_TARGET_USER', `A stress run connects as admin, ${name} is a connection of ${user}.`, {
      nextStep: 'Duplicate the connection with the user admin.',
    }),
  needsRole: (name: string) =>
    new CodedError('STRESS_ROLE_MISSING', `The connection ${name} names no execution role for Lambda functions.`, {
      nextStep: 'Set "lambdaRoleArn" of the connection in the settings, or choose a workload over SQL.',
    }),
  notTrusted: () =>
    new CodedError(
      'WORKSPACE_NOT_TRUSTED',
      'A module of your own is code that runs, so it needs a trusted workspace.',
      {
        nextStep: 'Trust the workspace with “Workspaces: Manage Workspace Trust”, or choose another workload.',
      },
    ),
  runGone: () =>
    new CodedError('STRESS_RUN_GONE', 'The run is not in the history any more.', {
      nextStep: 'Run “DSQL Workshop: Show Stress Runs” to see those that are.',
    }),
};
