import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { loadServerCertificate, type ServerCertificate } from '../../../src/local/identity/certificates';
import { removeDirectory, temporaryDirectory } from '../../support/scratch';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

describe('the certificate of a local cluster', () => {
  const now = Date.now();
  let dataDir: string;
  let other: string;
  beforeEach(() => ((dataDir = temporaryDirectory()), (other = temporaryDirectory())));
  afterEach(() => [dataDir, other].forEach(removeDirectory));

  const load = (directory = dataDir, nowMs = now) => loadServerCertificate(directory, ['localhost'], nowMs);
  /** What a TLS server and its clients ask of it. */
  const assertSound = ({ caFile, certificate, privateKey }: ServerCertificate): void => {
    const ca = new crypto.X509Certificate(fs.readFileSync(caFile));
    const mine = new crypto.X509Certificate(certificate);
    assert.ok(mine.checkPrivateKey(crypto.createPrivateKey(privateKey)), 'the key is the certificate’s');
    assert.ok(mine.verify(ca.publicKey), 'the authority has signed it');
    for (const each of [ca, mine]) assert.ok(Date.parse(each.validFrom) <= now && Date.parse(each.validTo) > now);
  };

  it('is kept from one start to the next', async () => {
    const first = await load();
    assertSound(first);
    assert.deepEqual(await load(), first);
  });

  /** A crash between the two: the key is new, its certificate is not. */
  const changeKey = async (key: string): Promise<void> => {
    await Promise.all([load(), load(other)]);
    fs.copyFileSync(path.join(other, key), path.join(dataDir, key));
  };

  it('is made anew where the key beside it is another’s', async () => {
    await changeKey('server-key.pem');
    assertSound(await load());
  });

  it('is signed by a new authority where the key of the old one is another’s', async () => {
    await changeKey('ca-key.pem');
    fs.rmSync(path.join(dataDir, 'server.pem'));
    assertSound(await load());
  });

  it('is made anew where the clock was ahead when it was made', async () => {
    await load(dataDir, now + 2 * YEAR_MS);
    assertSound(await load());
  });
});
