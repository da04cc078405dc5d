/** Where the resources of stacks really are: what CloudFormation asks of the other services. */
import type { StackResource } from './stored-stack';
import type { MadeResource } from './template';

/** What a stack asks for, its functions worked out. */
export interface WantedResource {
  /** `AWS::Lambda::Function` */
  type: string;
  logicalId: string;
  properties: Readonly<Record<string, unknown>>;
  region: string;
  stackName: string;
}

/** What a stack holds. */
export interface HeldResource extends StackResource {
  region: string;
}

/** What came of a removal; `going` is looked at again. */
export type Removal = 'gone' | 'going' | { refused: string };

export type RemoveResource = (held: HeldResource) => Removal | Promise<Removal>;

export interface StackResources {
  /** Rejects with CloudFormation's reason. */
  make(wanted: WantedResource): MadeResource | Promise<MadeResource>;
  /** Brings one that is there to what is wanted; rejects with the reason, also for what only a replacement could do. */
  update(physicalId: string, wanted: WantedResource): MadeResource | Promise<MadeResource>;
  remove: RemoveResource;
}
