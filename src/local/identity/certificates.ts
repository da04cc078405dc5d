import './reflect-metadata';
import crypto from 'node:crypto';
import net from 'node:net';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { readIfExists, writePrivateFile } from '../private-file';

/** What the gateway listens with, and what clients trust. */
export interface ServerCertificate {
  /** PEM file of the cluster's own CA, for `sslrootcert` and `NODE_EXTRA_CA_CERTS`. */
  caFile: string;
  /** PEM, the server's certificate. */
  certificate: string;
  /** PEM, PKCS #8. */
  privateKey: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const CA_VALID_MS = 3650 * DAY_MS;
const SERVER_VALID_MS = 397 * DAY_MS;
/** Certificates with less left than this are made anew. */
const RENEW_BEFORE_MS = 30 * DAY_MS;

/**
 * The certificate of a data directory for `hostNames` (DNS names and IP addresses). Kept across starts; made anew when it is about to
 * expire or when the names change, under the same CA as long as that lasts.
 */
export async function loadServerCertificate(
  dataDir: string,
  hostNames: readonly string[],
  nowMs: number,
): Promise<ServerCertificate> {
  x509.cryptoProvider.set(crypto.webcrypto as Crypto);
  const ca = await loadAuthority(dataDir, nowMs);
  const certificateFile = path.join(dataDir, 'server.pem');
  const keyFile = path.join(dataDir, 'server-key.pem');
  const certificate = readIfExists(certificateFile);
  const privateKey = readIfExists(keyFile);
  if (certificate && privateKey && isUsable({ certificate, privateKey }, ca.certificate, hostNames, nowMs))
    return { caFile: ca.file, certificate, privateKey };
  const made = await issue(ca, hostNames, nowMs);
  writePrivateFile(keyFile, made.privateKey);
  writePrivateFile(certificateFile, made.certificate);
  return { caFile: ca.file, ...made };
}

interface Authority {
  file: string;
  certificate: x509.X509Certificate;
  key: CryptoKey;
}

async function loadAuthority(dataDir: string, nowMs: number): Promise<Authority> {
  const file = path.join(dataDir, 'ca.pem');
  const keyFile = path.join(dataDir, 'ca-key.pem');
  const pem = readIfExists(file);
  const key = readIfExists(keyFile);
  if (pem && key) {
    try {
      const certificate = new x509.X509Certificate(pem);
      if (certificate.notAfter.getTime() - nowMs > SERVER_VALID_MS && belongTogether(pem, key, nowMs))
        return { file, certificate, key: await importKey(key) };
    } catch {
      // damaged: made anew
    }
  }
  const keys = await crypto.webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=DSQL Workshop local CA ${crypto.randomBytes(4).toString('hex')}`,
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + CA_VALID_MS),
    signingAlgorithm: ALGORITHM,
    keys: keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  writePrivateFile(keyFile, await exportKey(keys.privateKey));
  writePrivateFile(file, `${certificate.toString('pem')}\n`, 0o644);
  return { file, certificate, key: keys.privateKey };
}

async function issue(
  ca: Authority,
  hostNames: readonly string[],
  nowMs: number,
): Promise<{ certificate: string; privateKey: string }> {
  const keys = await crypto.webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${hostNames[0]}`,
    issuer: ca.certificate.subject,
    notBefore: new Date(nowMs - DAY_MS),
    notAfter: new Date(nowMs + SERVER_VALID_MS),
    signingAlgorithm: ALGORITHM,
    signingKey: ca.key,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hostNames.map(name => ({ type: net.isIP(name) ? ('ip' as const) : ('dns' as const), value: name })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(ca.certificate),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: `${certificate.toString('pem')}\n`,
    privateKey: await exportKey(keys.privateKey),
  };
}

/**
 * Two files are never written at once: a crash, or a full disk, may have left the new one of one and the old one of the other. And a
 * certificate that was made while the machine's clock was ahead is not valid yet.
 */
function belongTogether(pem: string, privateKey: string, nowMs: number): boolean {
  const certificate = new crypto.X509Certificate(pem);
  return Date.parse(certificate.validFrom) <= nowMs && certificate.checkPrivateKey(crypto.createPrivateKey(privateKey));
}

function isUsable(
  { certificate: pem, privateKey }: Pick<ServerCertificate, 'certificate' | 'privateKey'>,
  ca: x509.X509Certificate,
  hostNames: readonly string[],
  nowMs: number,
): boolean {
  try {
    const certificate = new crypto.X509Certificate(pem);
    return (
      belongTogether(pem, privateKey, nowMs) &&
      Date.parse(certificate.validTo) - nowMs > RENEW_BEFORE_MS &&
      certificate.verify(new crypto.X509Certificate(ca.toString('pem')).publicKey) &&
      hostNames.every(name => (net.isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined)
    );
  } catch {
    return false;
  }
}

/** Positive and random, as RFC 5280 asks. */
const serialNumber = (): string => `4${crypto.randomBytes(15).toString('hex')}1`;

async function exportKey(key: CryptoKey): Promise<string> {
  return crypto.KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }) as string;
}

function importKey(pem: string): Promise<CryptoKey> {
  const der = crypto.createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return crypto.webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
}
