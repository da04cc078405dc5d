import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { CodedError } from '../base/errors';
import { readProfile } from '../core/connections/profile';
import { assumedRole } from './connections/credentials';
import type { KeyProvider, Target } from './target';

/** Files that may hold targets, first found first: the environment's, the current folder's, the user's. */
function profileFiles(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): string[] {
  const fixed = env.DSQL_WORKSHOP_CONFIG;
  return fixed ? [fixed] : [path.join(cwd, 'dsql-workshop.json'), path.join(os.homedir(), '.dsql-workshop.json')];
}

/**
 * The target a named profile describes. Keys come from the SDK's provider chain when they are needed; nothing is sent here.
 * @throws CodedError `TARGET_UNKNOWN`, `TARGETS_MALFORMED`, or an endpoint's error.
 */
export function profileTarget(name: string, files: string[] = profileFiles()): Target {
  const file = files.find(candidate => fs.existsSync(candidate));
  if (file === undefined) {
    throw new CodedError('TARGET_UNKNOWN', `there is no target "${name}": none of ${files.join(', ')} exists`, {
      nextStep:
        'Use --target local, or write {"targets": {"<name>": {"endpoint": "…", "lambdaRoleArn": "…"}}} to one of them.',
    });
  }
  const profile = readProfile(fs.readFileSync(file, 'utf8'), name, file);
  const { region } = profile;
  const chain = fromNodeProviderChain({ profile: profile.awsProfile, clientConfig: { region } });
  const admin: KeyProvider = () => chain();
  const lambda = profile.assumeLambdaRole ? assumedRole(admin, profile.lambdaRoleArn, region) : undefined;
  return {
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
}
