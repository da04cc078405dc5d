import fs from 'node:fs';

/**
 * The ARNs of both clusters, once a first deployment has told them; nothing before.
 *
 * Why two deployments: each cluster has to name the other's ARN, and an ARN holds an id that exists only when the cluster does. Stacks
 * of two Regions cannot refer to each other in a circle, so AWS's own way is to create both clusters with their witness (they wait as
 * PENDING_SETUP), and then to update both with the two ARNs (Aurora DSQL user guide, “Configuring multi-Region clusters using AWS
 * CloudFormation”). A custom resource could do the second half inside one deployment, at the price of a second function with the right to
 * change clusters, and of peers that CloudFormation would not know about when you update or delete the stack.
 *
 * The file is the memory of that: keep it as long as the stacks live. Without it the next deployment would take the peering away again.
 *
 * @param regions the Region of each stack, by its name
 */
export function knownPeers(outputsFile: string, regions: Readonly<Record<string, string>>): string[] | undefined {
  if (!fs.existsSync(outputsFile)) return undefined;
  const outputs = JSON.parse(fs.readFileSync(outputsFile, 'utf8')) as Record<
    string,
    { ClusterArn?: string } | undefined
  >;
  const arns = Object.entries(regions).map(([stack, region]) => {
    const arn = outputs[stack]?.ClusterArn;
    return arn?.split(':')[3] === region ? arn : undefined;
  });
  return arns.every(arn => arn !== undefined) ? arns : undefined;
}
