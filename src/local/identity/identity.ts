import crypto from 'node:crypto';
import path from 'node:path';
import { CodedError } from '../../base/errors';
import { LOCAL_ACCOUNT_ID, type LocalPrincipal } from '../../protocol/local-cluster';
import { isId, randomId } from './base32';
import { readIfExists, writePrivateFile } from '../private-file';

/** Who a local cluster is and whom it knows. Made once per data directory. */
export interface Identity {
  /** 26 characters, as in the service. */
  clusterId: string;
  /** The developer: may connect as admin and as mapped roles. */
  admin: LocalPrincipal;
  /** The execution role of local functions. */
  lambdaRole: LocalPrincipal;
  /** The role of load generators among them. */
  generatorRole: LocalPrincipal;
}

/** In a data directory: written once its cluster's PostgreSQL has run. */
export const IDENTITY_FILE = 'identity.json';

/** Reads the identity of a data directory, making it (mode 0600) the first time, and what one of an earlier edition does not have. */
export function loadIdentity(dataDir: string): Identity {
  const file = path.join(dataDir, IDENTITY_FILE);
  const text = readIfExists(file);
  const known = text === undefined ? undefined : parse(text, file);
  if (known?.generatorRole) return { ...known, generatorRole: known.generatorRole };
  const identity: Identity = {
    clusterId: randomId(),
    admin: principal('AKIA', 'workshop-admin'),
    lambdaRole: principal('AKIA', 'workshop-lambda'),
    ...known,
    generatorRole: principal('AKIA', 'workshop-generator'),
  };
  writePrivateFile(file, `${JSON.stringify(identity, undefined, 2)}\n`);
  return identity;
}

function principal(prefix: string, role: string): LocalPrincipal {
  const accessKeyId = `${prefix}LOCAL${characters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 11)}`;
  const secretAccessKey = characters('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 40);
  return { accessKeyId, secretAccessKey, arn: `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/${role}` };
}

/** Random characters; both alphabets' sizes divide 256, so none is favoured. */
function characters(alphabet: string, count: number): string {
  return [...crypto.randomBytes(count)].map(byte => alphabet[byte % alphabet.length]).join('');
}

type KnownIdentity = Omit<Identity, 'generatorRole'> & Partial<Pick<Identity, 'generatorRole'>>;

function parse(text: string, file: string): KnownIdentity {
  try {
    const { clusterId, admin, lambdaRole, generatorRole } = JSON.parse(text) as KnownIdentity;
    const principals = [admin, lambdaRole, ...(generatorRole === undefined ? [] : [generatorRole])];
    if (isId(clusterId) && principals.every(isPrincipal)) return { clusterId, admin, lambdaRole, generatorRole };
  } catch {
    // told below
  }
  throw new CodedError('LOCAL_IDENTITY_DAMAGED', `${file} does not hold the identity of a local cluster.`, {
    nextStep: `Delete ${file} to make a new one; tokens and AWS IAM GRANTs made with the old one end.`,
  });
}

function isPrincipal(value: LocalPrincipal | undefined): boolean {
  return [value?.accessKeyId, value?.secretAccessKey, value?.arn].every(
    part => typeof part === 'string' && part !== '',
  );
}
