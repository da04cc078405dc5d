import type { FoundResource, Inventory, LeftReason, Remainder, TeardownPlan, TeardownReport } from './contract';
import { dollars, idleCost, totalIdleCost } from './cost';

const WHY_LEFT: Readonly<Record<LeftReason, string>> = {
  unsure: 'not ours for sure: it bears a name of ours, not our tag',
  'foreign-stack': 'belongs to a stack that is not ours, or could not be looked at',
  'foreign-peer': 'its peer is not ours, or could not be looked at: neither goes without the other',
  'unknown-kind': 'carries our tag, and must be removed by what made it (Terraform, the console)',
  'in-use': 'belongs to a function that stays',
  'not-chosen': 'not chosen',
};

const DAY_MS = 86_400_000;

/** A resource in one line. */
export function resourceLine(resource: FoundResource, nowMs: number): string {
  const { kind, name, title, region, createdAtMs } = resource;
  const { usdPerMonth, basis } = idleCost(resource);
  const age = createdAtMs === undefined ? [] : [ageText(nowMs - createdAtMs)];
  const cost = usdPerMonth === undefined || usdPerMonth === 0 ? basis : `${dollars(usdPerMonth)} a month (${basis})`;
  const guarded = resource.protected ? ['protected: that is taken off first'] : [];
  return [`${kind} ${name}${title === undefined ? '' : ` “${title}”`}`, region, ...age, cost, ...guarded].join(' · ');
}

const ageText = (ms: number): string => (ms < DAY_MS ? 'made today' : `${Math.floor(ms / DAY_MS)} d old`);

/** What goes, what stays and why, what could not be looked at. */
export function planLines(
  { account, regions, gaps }: Inventory,
  { removals, left }: TeardownPlan,
  nowMs: number,
): string[] {
  const going = removals.flatMap(({ members, takes }) => [...members, ...takes]);
  const { usdPerMonth, complete } = totalIdleCost(going);
  const measured = usdPerMonth > 0 || complete ? [`about ${dollars(usdPerMonth)} a month while idle`] : [];
  const open = [
    ...(complete ? [] : ['storage that is not measured']),
    ...(gaps.length === 0 ? [] : ['what could not be looked at']),
  ];
  const cost = [...measured, ...open].join(', and ');
  return [
    `Account ${account}, searched: ${regions.join(', ')}`,
    ...(going.length === 0 ? ['Nothing of the workshop was found to remove.'] : [`To be removed (${cost}):`]),
    ...removals.flatMap(({ members, takes }) => [
      ...members.map((each, index) => `${index === 0 ? '  ' : '  + '}${resourceLine(each, nowMs)}`),
      ...takes.map(each => `    with it: ${resourceLine(each, nowMs)}`),
    ]),
    ...(left.length === 0 ? [] : ['Left alone:']),
    ...left.map(
      ({ resource, reason }) => `  ${resourceLine(resource, nowMs)}\n    ${WHY_LEFT[reason]}: ${resource.arn}`,
    ),
    ...(gaps.length === 0 ? [] : ['Could not be looked at:']),
    ...gaps.map(({ region, what, error }) => `  ${what}, ${region}: ${error.message}\n    ${error.nextStep ?? ''}`),
  ];
}

/** What came of it: each failure with its cause and next step, and what is still there. */
export function reportLines({ outcomes, remainders, cancelled }: TeardownReport): string[] {
  const removed = outcomes.filter(({ state }) => state === 'removed').flatMap(({ removal }) => removal.members).length;
  const failures = outcomes.flatMap(each => each.failures).filter(({ error }) => error.code !== 'CANCELLED');
  const stepOf = ({ resource }: Remainder): string | undefined =>
    failures.find(each => each.resource.arn === resource.arn)?.error.nextStep;
  const still = new Set(remainders.map(({ resource }) => resource.arn));
  const gone = failures.filter(({ resource }) => !still.has(resource.arn));
  return [
    `Removed: ${removed}${cancelled ? ', then cancelled: run it again to go on' : ''}`,
    ...(gone.length === 0 ? [] : ['Gone by now, though not all went well:']),
    ...gone.flatMap(({ resource, error }) => entry(resource, error.message, error.nextStep)),
    ...(remainders.length === 0 ? ['Looked again: all of it is gone.'] : ['Still there:']),
    ...remainders.flatMap(each => entry(each.resource, each.why, stepOf(each))),
  ];
}

/** Something in the report, why it stands there, what to do. */
const entry = ({ kind, name, region }: FoundResource, why: string, nextStep: string | undefined): string[] => [
  `  ${kind} ${name} (${region}): ${why}`,
  ...(nextStep === undefined ? [] : [`    ${nextStep}`]),
];
