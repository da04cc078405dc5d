import { CodedError } from '../../base/errors';

/** The texts of what can go wrong around the local cluster's process. */
export const clusterErrors = {
  ended: (how: string) =>
    new CodedError('LOCAL_CLUSTER_ENDED', `The local cluster's process ended (${how}).`, {
      nextStep: 'Read the log for the cause, then start it again.',
      details: { how },
    }),
  timeout: (seconds: number) =>
    new CodedError('LOCAL_CLUSTER_START_TIMEOUT', `The local cluster was not ready after ${seconds} seconds.`, {
      nextStep: 'Read the log for the cause, then start it again.',
    }),
  malformedReadyLine: () =>
    new CodedError('LOCAL_CLUSTER_PROTOCOL', 'The local cluster answered in a form this extension does not know.', {
      nextStep: 'Reinstall the extension: its files are of different versions.',
    }),
  cancelled: () => new CodedError('CANCELLED', 'Cancelled.'),
};
