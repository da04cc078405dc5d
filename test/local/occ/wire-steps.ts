/**
 * Steps of session scripts as messages of the wire protocol, for what drivers never send. A step that begins with a colon is a list of them,
 * one a line, which are sent together; a portal or statement without a name is written as "".
 *
 *     :open PORTAL SQL            Parse and Bind, the statement without a name
 *     :parse STATEMENT SQL
 *     :bind PORTAL STATEMENT
 *     :describe PORTAL
 *     :fetch PORTAL [ROWS]        Execute; all rows where no number is given
 *     :close PORTAL
 *     :flush                      in place of the Sync that ends every other step
 *     :sync                       nothing but that
 */
import * as m from '../../../src/local/gateway/wire/client-messages';
import type { TestGateway } from '../../support/gateway';
import { unlessWaiting } from '../../support/isolation-session';
import { WireClient } from '../gateway/wire-client';

export const isOfMessages = (step: string): boolean => step.trimStart().startsWith(':');

/** One of each ends the answer to a message, and an error that to all. */
const LAST_OF_ANSWERS = [
  ...['parseComplete', 'bindComplete', 'closeComplete', 'rowDescription', 'noData'],
  ...['commandComplete', 'portalSuspended', 'emptyQuery', 'error'],
];

/** A session whose client speaks the wire protocol by hand. */
export class WireSession {
  private constructor(private readonly client: WireClient) {}

  static async connect(cluster: TestGateway): Promise<WireSession> {
    return new WireSession(await WireClient.session(cluster));
  }

  /** What a step is answered: all messages of the server, in one line. SQL goes as a Query. */
  answerOf(step: string): Promise<string> {
    return unlessWaiting(this.ask(step).then(frames => frames.map(told).join(' · ')));
  }

  private async ask(step: string): Promise<string[]> {
    const { client } = this;
    if (!isOfMessages(step)) {
      client.send(m.query(step));
      return client.until('ready');
    }
    const lines = step.trim().split(/\s*\n\s*/);
    const messages = lines.flatMap(messagesOf);
    if (lines.at(-1) !== ':flush') {
      client.send(...messages, m.SYNC);
      return client.until('ready');
    }
    client.send(...messages);
    const frames: string[] = [];
    for (let left = messages.length - 1; left > 0 && !frames.at(-1)?.startsWith('error'); left--)
      frames.push(...(await client.until(...LAST_OF_ANSWERS)));
    return frames;
  }

  end(): void {
    this.client.close();
  }
}

function messagesOf(line: string): Buffer[] {
  const [, word, quoted, rest = ''] = /^:(\w+)(?:\s+("")?(.*))?$/.exec(line) ?? [];
  const [, plain = '', more = ''] = quoted === undefined ? (/^(\w*)\s*(.*)$/.exec(rest) ?? []) : [, '', rest.trim()];
  switch (word) {
    case 'open':
      return [m.parse('', more), m.bind(plain, '')];
    case 'parse':
      return [m.parse(plain, more)];
    case 'bind':
      return [m.bind(plain, more.replace('""', ''))];
    case 'describe':
      return [m.describePortal(plain)];
    case 'fetch':
      return [m.execute(plain, Number(more))];
    case 'close':
      return [m.closePortal(plain)];
    case 'flush':
      return [m.FLUSH];
    case 'sync':
      return [];
    default:
      throw new Error(`${line} is no message`);
  }
}

/** A message of the server, as `describeFrame` tells it, in fewer words. */
function told(frame: string): string {
  const [kind, ...words] = frame.split(' ');
  const text = words.join(' ');
  switch (kind) {
    case 'dataRow':
      return (JSON.parse(text) as (string | null)[]).map(value => value ?? 'NULL').join(' | ');
    case 'commandComplete':
    case 'error':
    case 'notice':
      return text;
    default:
      return frame;
  }
}
