import net from 'node:net';
import path from 'node:path';
import type { PostgresAddress, ServerError } from '../ports';
import { SUPERUSER_PATH } from '../postgres/connection';
import type { ActiveFlights } from './active-flights';
import { Backend, PREPARE_HELPERS } from './backend';
import { BackendReader } from './backend-reader';
import { serverUnavailable } from './errors';
import { Flight } from './flight';
import { FrameAssembler, eachFrame, HEADER_BYTES, int32, ProtocolViolation } from './wire/frames';
import { password, startup } from './wire/client-messages';
import { readError, SERVER } from './wire/server-messages';
import { ScramClient } from './scram';

/** PostgreSQL did not let the gateway in: what to answer the client. */
export class BackendRefused extends Error {
  constructor(readonly error: ServerError) {
    super(error.message);
  }
}

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Settings every connection to PostgreSQL starts with; RESET returns to them. */
const CLIENT_SESSION = { client_encoding: 'UTF8', TimeZone: 'UTC', default_transaction_isolation: 'repeatable read' };

/** Opens a connection to PostgreSQL as `role`, ready for its first flight. @throws BackendRefused */
export async function connectBackend(
  address: PostgresAddress,
  role: string,
  active: ActiveFlights,
  secret?: string,
): Promise<Backend> {
  const own: Record<string, string> =
    role === address.superuser ? { default_transaction_isolation: 'read committed', search_path: SUPERUSER_PATH } : {};
  const reader = new BackendReader();
  const { onread } = reader;
  const socket = net.connect(
    path.isAbsolute(address.host)
      ? { path: path.join(address.host, `.s.PGSQL.${address.port}`), onread }
      : { host: address.host, port: address.port, noDelay: true, onread },
  );
  const parameters = { user: role, database: 'postgres', ...CLIENT_SESSION, ...own };
  const pid = await login(socket, reader, parameters, secret);
  const backend = new Backend(socket, reader, pid, role, active);
  const flight = new Flight(undefined);
  for (const message of PREPARE_HELPERS) flight.add(message, { kind: 'parse', forward: false });
  await backend.fly(flight, 'sync');
  if (flight.failure) {
    backend.close();
    throw new BackendRefused(flight.failure.error);
  }
  return backend;
}

/** Runs the start-up exchange. @returns the backend's process id. */
function login(
  socket: net.Socket,
  reader: BackendReader,
  parameters: Record<string, string>,
  secret: string | undefined,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const assembler = new FrameAssembler();
    const scram = new ScramClient(secret ?? '');
    let pid = 0;
    const fail = (error: ServerError): void => {
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(new BackendRefused(error));
    };
    const authenticate = (frame: Buffer): void => {
      const method = int32(frame, HEADER_BYTES);
      const data = frame.subarray(HEADER_BYTES + 4);
      if (method === 3) socket.write(password(Buffer.from(`${secret ?? ''}\0`)));
      else if (method === 10) socket.write(password(scram.first()));
      else if (method === 11) {
        const answer = scram.answer(data.toString());
        if (answer) socket.write(password(answer));
        else fail(serverUnavailable);
      } else if (method !== 0 && method !== 12) fail(serverUnavailable);
    };
    const visit = (frame: Buffer): void => {
      switch (frame[0]) {
        case SERVER.authentication:
          return authenticate(frame);
        case SERVER.backendKey:
          pid = int32(frame, HEADER_BYTES);
          return;
        case SERVER.error:
          return fail(readError(frame));
        case SERVER.ready:
          socket.setTimeout(0);
          socket.removeAllListeners();
          return resolve(pid);
        default:
        // parameters and notices: nobody asks a connection of the pool for them
      }
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => fail(serverUnavailable));
    socket.on('error', () => fail(serverUnavailable));
    socket.on('close', () => fail(serverUnavailable));
    socket.on('connect', () => socket.write(startup(parameters)));
    reader.receive = (bytes, length) => {
      try {
        const buffer = assembler.feed(Buffer.from(bytes.subarray(0, length)));
        if (buffer) assembler.keep(buffer.subarray(eachFrame(buffer, MAX_MESSAGE_BYTES, visit)));
      } catch (error) {
        if (!(error instanceof ProtocolViolation)) throw error;
        // a postmaster that cannot fork says so as in protocol 2, without a length
        fail(serverUnavailable);
      }
    };
  });
}
