/** Settings of a function as people give them: Lambda's bounds, and what of them is a change. */
import type { FunctionSettings, FunctionState } from './admin';
import { localCapacityProvider, MANAGED_MEMORY_MB } from './managed-instances';

/** Whole numbers, both ends included. Lambda developer guide, “Lambda quotas”, seen 2026-11-21. */
export interface Bounds {
  min: number;
  max: number;
}

/** Lambda quotas, function memory. */
export const MEMORY_MB: Bounds = { min: 128, max: 10_240 };

/** Lambda quotas, function timeout. */
export const TIMEOUT_SECONDS: Bounds = { min: 1, max: 900 };

export const isWithin = (value: number, { min, max }: Bounds): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** Lambda API reference, Environment. */
export const isVariableName = (name: string): boolean => /^[a-zA-Z][a-zA-Z0-9_]+$/.test(name);

/** Variables by name; undefined removes one. Those that are not named stay. */
export type VariableChanges = Readonly<Record<string, string | undefined>>;

/** What somebody asks for; what is left out stays. */
export interface AskedSettings extends Pick<FunctionSettings, 'memoryMb' | 'timeoutSeconds'> {
  variables?: VariableChanges;
  /** Invocations that an environment runs at the same time; from the first change of it on, on managed instances. Of local functions alone. */
  concurrency?: number;
}

/** Invocations that an environment of the function runs at the same time; undefined where Lambda chooses. */
export const concurrencyOf = ({ managedInstances }: Pick<FunctionState, 'managedInstances'>): number | undefined =>
  managedInstances === undefined ? 1 : managedInstances.maxConcurrency;

/** The variables after a change, all of them, as Lambda takes them. */
export const withVariables = (
  before: Readonly<Record<string, string>>,
  changes: VariableChanges,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...before, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** What became of a variable. Values are not told: they may be secrets. */
export interface VariableChange {
  name: string;
  how: 'set' | 'changed' | 'removed';
}

/** Of what is asked, what is not so yet; without members when all is. */
export function changedSettings(state: FunctionState, asked: AskedSettings): FunctionSettings {
  const { memoryMb: askedMb, timeoutSeconds, variables = {}, concurrency } = asked;
  const environment = withVariables(state.environment, variables);
  const isOther = concurrency !== undefined && concurrency !== concurrencyOf(state);
  const isManaged = isOther || state.managedInstances !== undefined;
  // nothing less is taken there
  const memoryMb = isManaged ? Math.max(askedMb ?? state.memoryMb, MANAGED_MEMORY_MB) : askedMb;
  return {
    ...(isOther && {
      managedInstances: {
        capacityProviderArn:
          state.managedInstances?.capacityProviderArn ?? localCapacityProvider(state.arn, state.arn.split(':')[3]!),
        maxConcurrency: concurrency,
      },
    }),
    ...(memoryMb !== undefined && memoryMb !== state.memoryMb && { memoryMb }),
    ...(timeoutSeconds !== undefined && timeoutSeconds !== state.timeoutSeconds && { timeoutSeconds }),
    ...(changedVariables(state.environment, environment).length > 0 && { environment }),
  };
}

export function changedVariables(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): VariableChange[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name): VariableChange[] => {
    if (old.get(name) === now.get(name)) return [];
    return [{ name, how: !old.has(name) ? 'set' : now.has(name) ? 'changed' : 'removed' }];
  });
}
