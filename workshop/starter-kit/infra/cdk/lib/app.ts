import { Annotations, type App, type Environment } from 'aws-cdk-lib/core';
import { BankStack } from './bank-stack';
import { knownPeers } from './peers';

/** Where the app finds what it works with. */
export interface Places {
  /** Your workshop folder: it holds `lambda/`. */
  workshopFolder: string;
  /** What the last deployment printed: `cdk deploy --outputs-file`. */
  outputsFile: string;
}

/**
 * One stack, or with `-c secondRegion=… -c witnessRegion=…` two that hold one database together.
 *
 *     npx cdk deploy
 *     npx cdk deploy --all -c secondRegion=us-east-2 -c witnessRegion=us-west-2 --outputs-file cdk-outputs.json
 *
 * Further context: `-c stackName=…` where several people share an account, `-c functionPrefix=…` with it, and `-c region=…` in place of
 * the Region of your AWS profile.
 */
export function buildApp(app: App, places: Places): BankStack[] {
  const asked = (name: string): string | undefined => app.node.tryGetContext(name) as string | undefined;
  const stackName = asked('stackName') ?? 'DsqlWorkshop';
  const region = asked('region') ?? process.env.CDK_DEFAULT_REGION;
  const secondRegion = asked('secondRegion');
  const witnessRegion = asked('witnessRegion');
  // The CDK CLI tells the account of your credentials. Without any, templates are made for “whatever account this is deployed to”.
  const env = (name = region): Environment => ({ account: process.env.CDK_DEFAULT_ACCOUNT, region: name });
  const common = { ...places, functionPrefix: asked('functionPrefix') ?? 'dsql-workshop-' };

  if (secondRegion === undefined && witnessRegion === undefined)
    return [new BankStack(app, stackName, { ...common, env: env() })];

  if (!region || !secondRegion || !witnessRegion || new Set([region, secondRegion, witnessRegion]).size < 3)
    throw new Error(
      'A two-Region database needs three different Regions: ' +
        `-c region=us-east-1 -c secondRegion=us-east-2 -c witnessRegion=us-west-2 ` +
        `(now: ${region ?? 'none'}, ${secondRegion ?? 'none'}, ${witnessRegion ?? 'none'})`,
    );
  const secondName = `${stackName}-${secondRegion}`;
  const peers = knownPeers(places.outputsFile, { [stackName]: region, [secondName]: secondRegion });
  const multiRegion = { witnessRegion, ...(peers && { clusters: peers }) };
  const stacks = [
    new BankStack(app, stackName, { ...common, env: env(), multiRegion }),
    new BankStack(app, secondName, { ...common, env: env(secondRegion), multiRegion }),
  ];
  if (!peers)
    for (const stack of stacks)
      Annotations.of(stack).addInfo(
        'The clusters do not know each other yet: deploy once more after this to peer them.',
      );
  return stacks;
}
