import type { EventEmitter } from 'node:events';
import { Client, DatabaseError, type ClientConfig, type FieldDef } from 'pg';
import type { Observation } from './recording';
import { render } from './rendering';

/** `extended` sends Parse, Bind, Execute; `simple` one Query. */
export type Protocol = 'extended' | 'simple';

interface RawResult {
  fields: FieldDef[];
  rows: (string | null)[][];
}

/** One connection that reports answers as the recording writes them down. */
export class RecordingSession {
  private tags: string[] = [];

  private constructor(private readonly client: Client) {}

  static async connect(config: ClientConfig): Promise<RecordingSession> {
    const client = new Client(config);
    const session = new RecordingSession(client);
    client.on('error', () => undefined);
    await client.connect();
    // pg keeps only the first word of a command tag
    const { connection } = client as unknown as { connection: EventEmitter };
    connection.on('commandComplete', (message: { text: string }) => session.tags.push(message.text));
    return session;
  }

  /** Sends one step. Errors are answers too; a broken connection rejects. */
  async observe(sql: string, protocol: Protocol = 'extended'): Promise<Observation> {
    this.tags = [];
    try {
      const answer = (await this.client.query({
        text: sql,
        rowMode: 'array',
        types: { getTypeParser: () => (value: string) => value },
        ...(protocol === 'extended' && { queryMode: 'extended' }),
      })) as unknown as RawResult | RawResult[];
      const results = (Array.isArray(answer) ? answer : [answer]).map((result, at) => this.result(result, at));
      const [first] = results;
      return results.length === 1 ? { outcome: 'ok', ...first } : { outcome: 'ok', results };
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      return { outcome: 'error', sqlstate: error.code, message: error.message };
    }
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private result({ fields, rows }: RawResult, at: number): Pick<Observation, 'command_tag' | 'columns' | 'rows'> {
    return {
      command_tag: this.tags[at],
      ...(fields.length > 0 && { columns: fields.map(field => field.name) }),
      ...(rows.length > 0 && {
        rows: rows.map(row => row.map((value, column) => render(value, fields[column]?.dataTypeID ?? 0))),
      }),
    };
  }
}
