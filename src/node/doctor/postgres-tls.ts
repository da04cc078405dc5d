import net from 'node:net';
import tls from 'node:tls';
import { once } from 'node:events';
import { ADDRESS_ATTEMPTS } from '../../base/address-attempts';
import { readAuthority } from '../authority-file';
import type { CertificateFacts, DoctorSubject } from '../../core/doctor/contract';

/** Length 8, then the code that asks a PostgreSQL server for TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Opens a TCP connection. Rejects with the socket's error, or the signal's reason. */
export async function openSocket(host: string, port: number, signal: AbortSignal): Promise<net.Socket> {
  const socket = net.connect({ host, port, ...ADDRESS_ATTEMPTS });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Negotiates TLS as PostgreSQL's clients do (SSLRequest), verifies chain and name, and closes the connection again. */
export async function negotiateTls(
  { host, hostaddr, port, caFile }: Pick<DoctorSubject, 'host' | 'hostaddr' | 'port' | 'caFile'>,
  signal: AbortSignal,
): Promise<CertificateFacts> {
  const socket = await openSocket(hostaddr ?? host, port, signal);
  try {
    socket.write(SSL_REQUEST);
    const [answer] = (await once(socket, 'data', { signal })) as [Buffer];
    if (answer[0] !== 0x53) throw new Error('the other side speaks no TLS, so it is no Aurora DSQL cluster');
    const secure = tls.connect({
      socket,
      servername: net.isIP(host) ? undefined : host,
      host,
      ca: readAuthority(caFile),
      rejectUnauthorized: true,
    });
    await once(secure, 'secureConnect', { signal });
    const { subject, issuer, valid_to } = secure.getPeerCertificate();
    return {
      protocol: secure.getProtocol() ?? 'TLS',
      subject: nameOf(subject),
      issuer: nameOf(issuer),
      validTo: new Date(valid_to).toISOString(),
    };
  } finally {
    socket.destroy();
  }
}

function nameOf(name: tls.Certificate | undefined): string {
  const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
  return first(name?.CN) ?? first(name?.O) ?? 'nobody';
}
