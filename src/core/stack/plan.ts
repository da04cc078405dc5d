import type { PlannedCall } from '../aws/calls';
import { callsOf } from '../aws/command-calls';
import type { StackAction, StackRequest } from './contract';
import { stackNotice } from './charges';
import type { RegionPrice } from '../cost/prices';
import { GUARDED_HEADING, guardedLines, type GuardedCluster } from './protection';

/** What is told before a stack is deployed or destroyed. */
export interface StackPlan {
  /** Headed lists of lines, in the order to be shown. */
  sections: { heading: string; lines: string[] }[];
}

/**
 * @param table prices by Region
 * @param guarded clusters of the stack that are protected against deletion
 */
export function stackPlan(
  action: 'deploy' | 'destroy',
  request: StackRequest,
  table?: readonly RegionPrice[],
  guarded: readonly GuardedCluster[] = [],
): StackPlan {
  const { makes, costs, loses } = stackNotice(request, table);
  const calls = callLines(callsOf(action === 'deploy' ? 'deploy-stack' : 'destroy-stack'));
  return {
    sections:
      action === 'deploy'
        ? [
            { heading: 'This makes', lines: makes },
            { heading: 'What costs money', lines: costs },
            { heading: 'Calls to AWS', lines: calls },
          ]
        : [
            { heading: 'This deletes', lines: loses },
            ...(guarded.length === 0 ? [] : [{ heading: GUARDED_HEADING, lines: guardedLines(guarded) }]),
            { heading: 'What costs money until then', lines: costs },
            { heading: 'Calls to AWS', lines: calls },
          ],
  };
}

/** What changes something, each with its reason; what only reads, in one line: a dialog is read to its end when it is short. */
function callLines(calls: readonly PlannedCall[]): string[] {
  const nameOf = ({ service, operation }: PlannedCall): string => `${service}:${operation}`;
  const reads = [...new Set(calls.filter(({ changes }) => !changes).map(nameOf))];
  return [
    ...calls.filter(({ changes }) => changes).map(call => `${nameOf(call)} – ${call.why}`),
    `reads: ${reads.join(', ')}`,
  ];
}

/** Actions of the CDK CLI that talk to AWS. */
export const goesToAws = (action: StackAction): action is 'deploy' | 'destroy' => action !== 'synth';
