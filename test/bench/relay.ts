import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { Closeable } from '../../src/base/lifecycle';
import { loadServerCertificate } from '../../src/local/identity/certificates';
import { removeDirectory, temporaryDirectory } from '../support/postgres';

/** A bare TLS relay in a process of its own. */
export interface Relay extends Closeable {
  port: number;
  pid: number;
  /** PEM of the authority to trust. */
  ca: string;
}

/** Starts a relay to the PostgreSQL whose Unix socket is in `socketDirectory`. */
export async function startRelay(socketDirectory: string, postgresPort: number): Promise<Relay> {
  const folder = temporaryDirectory();
  const { caFile, certificate, privateKey } = await loadServerCertificate(folder, ['localhost'], Date.now());
  const files = [path.join(folder, 'relay-key.pem'), path.join(folder, 'relay.pem')] as const;
  fs.writeFileSync(files[0], privateKey, { mode: 0o600 });
  fs.writeFileSync(files[1], certificate);
  const args = [path.join(__dirname, 'tls-relay.mjs'), ...files, socketDirectory, String(postgresPort)];
  const relay = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(relay.stdout, 'data')) as [Buffer];
  return {
    port: Number(line.toString()),
    pid: relay.pid!,
    ca: fs.readFileSync(caFile, 'utf8'),
    async close() {
      relay.stdin.end();
      if (relay.exitCode === null) await once(relay, 'exit');
      removeDirectory(folder);
    },
  };
}
