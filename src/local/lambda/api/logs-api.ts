/** CloudWatch Logs' FilterLogEvents (API 2014-03-28, AWS JSON 1.1) for the functions of the local Lambda: by group and time. */
import type { RecentEvents } from '../logs/recent-events';
import { invalidContent, invalidParameter, LambdaApiError, unknownOperation } from './errors';

const TARGET = 'Logs_20140328.';
const GROUP = /^\/aws\/lambda\/([A-Za-z0-9_-]+)$/;
const MAX_LIMIT = 10_000;
/** An answer holds at most a megabyte of messages. */
const PAGE_EVENTS = 1_000;

interface FilterInput {
  logGroupName?: unknown;
  startTime?: unknown;
  endTime?: unknown;
  nextToken?: unknown;
  limit?: unknown;
  filterPattern?: unknown;
}

/** Whether a request is for the logs, by its target header. */
export const isForLogs = (target: unknown): target is string => typeof target === 'string' && target.startsWith(TARGET);

export class LogsApi {
  constructor(
    private readonly events: RecentEvents,
    private readonly exists: (functionName: string) => boolean,
  ) {}

  /** @throws LambdaApiError with the service's type and text */
  serve(target: string, body: Buffer): Record<string, unknown> {
    const operation = target.slice(TARGET.length);
    if (operation !== 'FilterLogEvents') throw unknownOperation('POST', operation);
    const { logGroupName, startTime, endTime, nextToken, limit, filterPattern } = parsed(body);
    if (typeof filterPattern === 'string' && filterPattern !== '')
      throw invalidParameter('The local service selects events by group and time only.');
    const [, functionName] = GROUP.exec(typeof logGroupName === 'string' ? logGroupName : '') ?? [];
    if (functionName === undefined || !this.exists(functionName))
      throw new LambdaApiError('ResourceNotFoundException', 400, 'The specified log group does not exist.', {});
    const most = Math.min(numberOr(limit, PAGE_EVENTS), MAX_LIMIT, PAGE_EVENTS);
    const { events, more } = this.events.read(functionName, {
      fromMs: numberOr(startTime, 0),
      toMs: numberOr(endTime, Number.MAX_SAFE_INTEGER),
      after: numberOr(Number(nextToken), 0),
      limit: Math.max(1, most),
    });
    return {
      events: events.map(({ sequence, atMs, message }) => ({
        eventId: String(sequence).padStart(20, '0'),
        logStreamName: 'local',
        timestamp: atMs,
        ingestionTime: atMs,
        message,
      })),
      searchedLogStreams: [],
      ...(more && { nextToken: String(events.at(-1)?.sequence ?? 0) }),
    };
  }
}

const numberOr = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise;

function parsed(body: Buffer): FilterInput {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    throw invalidContent((error as Error).message);
  }
}
