import { REGION_NAME } from '../core/clusters/regions';
import { usageError } from './failure';

/** The name of a Region as it was given. @throws CodedError `USAGE` */
export function regionGiven(region: string): string {
  if (REGION_NAME.test(region)) return region;
  throw usageError(`"${region}" is no Region`, 'Write it as us-east-1.');
}
