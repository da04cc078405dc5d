import assert from 'node:assert/strict';
import { chapterCalls, chapterFunctions, executionCalls } from '../../../src/core/aws/chapter-policy';
import type { Permission, PlannedCall } from '../../../src/core/aws/calls';
import { AWS_COMMANDS, callsOf } from '../../../src/core/aws/command-calls';
import { loadChapters } from '../../../src/node/chapters/load';
import { AUTHORIZED_ACTIONS, RESOURCE_TYPES } from '../../support/authorization-reference';

const library = loadChapters();

/** Everything that may end up in a policy of ours, by where it comes from. */
const SOURCES = new Map<string, readonly PlannedCall[]>([
  ...AWS_COMMANDS.map(command => [command, callsOf(command)] as const),
  ...library.flatMap(chapter => [
    [chapter.slug, chapterCalls(chapter, { library })] as const,
    [`functions of ${chapter.slug}`, executionCalls(chapterFunctions(chapter, { library }))] as const,
  ]),
]);

const permissions = (calls: readonly PlannedCall[]): Permission[] =>
  calls.flatMap(call => [call, ...(call.also ?? [])]);

const everyGrant = [...SOURCES].flatMap(([source, calls]) =>
  permissions(calls).flatMap(({ actions, resources, conditions }) =>
    actions.flatMap(action =>
      resources.map(resource => ({
        source,
        action,
        resource,
        keys: Object.values(conditions ?? {}).flatMap(Object.keys),
      })),
    ),
  ),
);

/** What is wrong with each grant, in words; one line for what several sources share. */
const problemsOf = (check: (grant: (typeof everyGrant)[number]) => string | undefined): string[] => [
  ...new Set(everyGrant.flatMap(grant => check(grant) ?? [])),
];

describe('permissions as the Service Authorization Reference has them', () => {
  it('names actions that there are', () => {
    assert.deepEqual(
      problemsOf(({ action }) => (action in AUTHORIZED_ACTIONS ? undefined : action)),
      [],
    );
  });

  it('holds each action to a resource that it knows, and to * where it knows none', () => {
    const problem = ({ action, resource }: { action: string; resource: string }): string | undefined => {
      const { resources: types, optional } = AUTHORIZED_ACTIONS[action]!;
      if (resource === '*')
        return types.length === 0 || optional ? undefined : `${action} could be held to ${types[0]}`;
      if (types.some(type => RESOURCE_TYPES[type]!.arn.test(resource))) return undefined;
      return `${action} does not know ${resource}`;
    };
    assert.deepEqual(problemsOf(problem), []);
  });

  it('asks only for condition keys that the action or its resource has: with any other the statement allows nothing', () => {
    const problem = ({ action, keys }: { action: string; keys: string[] }): string | undefined => {
      const { resources: types, keys: own = [] } = AUTHORIZED_ACTIONS[action]!;
      const known = [...own, ...types.flatMap(type => RESOURCE_TYPES[type]!.keys)];
      const unknown = keys.find(key => !known.some(each => (each.endsWith('/') ? key.startsWith(each) : key === each)));
      return unknown === undefined ? undefined : `${action} has no ${unknown}`;
    };
    assert.deepEqual(problemsOf(problem), []);
  });

  it('allows what an action also needs', () => {
    for (const [source, calls] of SOURCES) {
      const allowed = new Set(permissions(calls).flatMap(({ actions }) => actions));
      for (const grant of everyGrant.filter(each => each.source === source))
        for (const needed of AUTHORIZED_ACTIONS[grant.action]!.dependsOn ?? []) {
          // DescribeStacks of one stack needs nothing more
          if (grant.action === 'cloudformation:DescribeStacks' && grant.resource !== '*') continue;
          assert.ok(allowed.has(needed), `${source}: ${grant.action} also needs ${needed}`);
        }
    }
  });

  it('knows of no action that nobody needs', () => {
    const needed = new Set(everyGrant.map(({ action }) => action));
    const pointless = Object.keys(AUTHORIZED_ACTIONS).filter(action => !needed.has(action));
    assert.deepEqual(pointless, []);
  });
});
