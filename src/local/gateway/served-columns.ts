/** What a statement that the gateway serves takes and gives. */
import type { Classified } from '../../core/dialect/contract';
import { NO_DATA, OID, oneColumn } from './wire/server-messages';

/** What came with the statement. */
export interface Served {
  c: Classified;
  /** Bind values; none in a Query. */
  values: (Buffer | null)[];
  /** The client asked for binary results. */
  binary: boolean;
  /** A Query's answer begins with the columns. */
  withColumns: boolean;
  op: number;
}

const JOB_ID = 'job_id';
const SUCCEEDED = 'succeeded';

/** RowDescription or NoData of a served statement. */
export function servedColumns(c: Classified, binary = false): Buffer {
  const format = binary ? 1 : 0;
  if (c.kind === 'show') return oneColumn(c.parameter?.name ?? '', OID.text, format);
  switch (c.special?.type) {
    case 'create-index-async':
    case 'validate-constraint-async':
      return oneColumn(JOB_ID, OID.text, format);
    case 'wait-for-job':
      return oneColumn(SUCCEEDED, OID.bool, format);
    default:
      return NO_DATA;
  }
}

/** The types of a served statement's parameters. */
export function servedParameters(c: Classified): number[] {
  const jobId = c.special?.type === 'wait-for-job' ? c.special.jobId : '';
  if (typeof jobId === 'string') return [];
  return new Array<number>('parameters' in jobId ? jobId.parameters : 1).fill(OID.text);
}
