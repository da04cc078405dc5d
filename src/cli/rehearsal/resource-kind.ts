import type { Removal, WantedResource } from '../../local/aws/stacks/resources';
import type { MadeResource } from '../../local/aws/stacks/template';

/** How one type of a stack's resources is made, changed and removed where it really is. Each rejects with CloudFormation's reason. */
export interface ResourceKind {
  make(wanted: WantedResource): MadeResource | Promise<MadeResource>;
  update(physicalId: string, wanted: WantedResource): MadeResource | Promise<MadeResource>;
  remove(physicalId: string, region: string): Removal | Promise<Removal>;
}

/** Tags as templates write them. */
export const tagsOf = ({ Tags = [] }: WantedResource['properties']): Record<string, string> =>
  Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
