import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type CloudWatchLogsClientConfig,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { logGroupOf } from '../../core/lambda/names';
import type { LogEvent, ReadLog } from '../../core/lambda/logs';
import { observabilityErrors } from '../../core/observability/errors';
import { controlRequests } from '../aws-requests';
import { cloudWatchError } from './service-errors';

export interface FunctionLogsOptions {
  /** URL of the local Lambda, which serves the logs of its functions; where undefined, AWS_ENDPOINT_URL or AWS's own. */
  endpoint?: string;
  region: string;
  credentials: CloudWatchLogsClientConfig['credentials'];
}

/** Reads logs over connections of its own; `dispose` closes them. */
export interface FunctionLogs {
  read: ReadLog;
  dispose(): void;
}

/** A log that grows faster than it is read is read on with the next look. */
const MAX_PAGES = 20;

/** The logs of functions through FilterLogEvents, which costs nothing beyond what is ingested; needs `logs:FilterLogEvents`. */
export function createFunctionLogs({ endpoint, region, credentials }: FunctionLogsOptions): FunctionLogs {
  const client = new CloudWatchLogsClient({
    endpoint,
    region,
    credentials,
    maxAttempts: 3,
    requestHandler: controlRequests(),
  });
  return {
    read: async (functionName, fromMs, signal) => {
      const logGroupName = logGroupOf(functionName);
      const events: LogEvent[] = [];
      try {
        let nextToken: string | undefined;
        for (let page = 0; page < MAX_PAGES; page++) {
          const command: FilterLogEventsCommand = new FilterLogEventsCommand({
            logGroupName,
            startTime: Math.max(0, Math.floor(fromMs)),
            nextToken,
          });
          const answer: FilterLogEventsCommandOutput = await client.send(command, { abortSignal: signal });
          for (const { eventId = '', timestamp = 0, message = '' } of answer.events ?? [])
            events.push({ id: eventId, atMs: timestamp, text: message.replace(/\n$/, '') });
          ({ nextToken } = answer);
          // a page may be empty and still not be the last
          if (nextToken === undefined || nextToken === '') break;
        }
        return events;
      } catch (error) {
        if ((error as Error).name === 'ResourceNotFoundException')
          throw observabilityErrors.noLog(functionName, logGroupName, error);
        throw cloudWatchError(error, { action: 'logs:FilterLogEvents', region, ...(signal && { signal }) });
      }
    },
    dispose: () => client.destroy(),
  };
}
