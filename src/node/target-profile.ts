import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CodedError } from '../base/errors';
import { readProfile, standInFields } from '../core/connections/profile';
import { assumedRole, profileCredentials } from './connections/credentials';
import type { Target } from './target';

/** Where targets are looked up. */
export interface ProfilePlaces {
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** A target by its name, and where it was found. */
export interface FoundTarget {
  target: Target;
  /** The file, where it lies in the current folder: whoever wrote the folder chose where the target's tokens go. */
  folderFile?: string;
}

/** Files that may hold targets, first found first: the environment's, the current folder's, the user's. */
function profileFiles({ env, cwd }: ProfilePlaces): string[] {
  const fixed = env.DSQL_WORKSHOP_CONFIG;
  return fixed ? [fixed] : [folderFileOf(cwd), path.join(os.homedir(), '.dsql-workshop.json')];
}

const folderFileOf = (cwd: string): string => path.join(cwd, 'dsql-workshop.json');

/**
 * The target a named profile describes. Keys come from the SDK's provider chain when they are needed; nothing is sent here. A file that is
 * merely found in the current folder, which may be a stranger's, names endpoints of AWS only: a token is a password for ten minutes.
 * @throws CodedError `TARGET_UNKNOWN`, `TARGETS_MALFORMED`, `TARGET_NOT_TRUSTED`, or an endpoint's error.
 */
export function profileTarget(name: string, places: ProfilePlaces): FoundTarget {
  const files = profileFiles(places);
  const file = files.find(candidate => fs.existsSync(candidate));
  if (file === undefined) {
    throw new CodedError('TARGET_UNKNOWN', `there is no target "${name}": none of ${files.join(', ')} exists`, {
      nextStep:
        'Use --target local, or write {"targets": {"<name>": {"endpoint": "…", "lambdaRoleArn": "…"}}} to one of them.',
    });
  }
  const folderFile = !places.env.DSQL_WORKSHOP_CONFIG && file === folderFileOf(places.cwd) ? file : undefined;
  const profile = readProfile(fs.readFileSync(file, 'utf8'), name, file);
  const standIn = standInFields(profile);
  if (folderFile !== undefined && standIn.length > 0) {
    const fields = standIn.map(field => `"${field}"`).join(' and ');
    throw new CodedError(
      'TARGET_NOT_TRUSTED',
      `target "${name}" of ${file} sets ${fields}: what is for ${profile.host} could go elsewhere than to AWS`,
      {
        nextStep: `If the folder is yours, name its file: set DSQL_WORKSHOP_CONFIG to ${file}. Else leave ${fields} out.`,
      },
    );
  }
  const { region } = profile;
  const admin = profileCredentials(profile.awsProfile, region, true);
  const lambda = profile.assumeLambdaRole ? assumedRole(admin, profile.lambdaRoleArn, region) : undefined;
  const target: Target = {
    name,
    kind: 'aws',
    region,
    endpoint: profile.host,
    port: profile.port,
    hostaddr: profile.hostaddr,
    caFile: profile.caFile,
    credentials: { admin, lambda },
    lambda: {
      endpoint: profile.lambdaEndpoint,
      roleArn: profile.lambdaRoleArn,
      functionPrefix: profile.functionPrefix,
    },
  };
  return { target, folderFile };
}
