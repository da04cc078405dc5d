import type { PresetView, StressForm } from '../../protocol/stress-form';
import { DEFAULT_FORM } from './form';

const CHOICES = {
  workload: ['lambda', 'sql-transfer', 'sql-mix', 'order-service', 'custom'],
  handler: ['with-retries', 'without-retries', 'with-history', 'named'],
  loop: ['closed', 'open'],
  choice: ['uniform', 'zipf', 'hot-set'],
  transport: ['lean', 'sdk'],
} as const;
const MAX_TEXT = 2_000;

/** A form from storage or from a view: unknown fields are dropped, missing or wrong ones take the value of `base`. */
export function readForm(value: unknown, base: StressForm = DEFAULT_FORM): StressForm {
  if (typeof value !== 'object' || value === null) return base;
  const given = value as Record<string, unknown>;
  const read = (name: string, fallback: unknown): unknown => {
    const found = given[name];
    if (Object.hasOwn(CHOICES, name)) {
      const allowed: readonly unknown[] = CHOICES[name as keyof typeof CHOICES];
      return allowed.includes(found) ? found : fallback;
    }
    if (typeof fallback === 'string') return typeof found === 'string' && found.length <= MAX_TEXT ? found : fallback;
    if (typeof fallback === 'boolean') return typeof found === 'boolean' ? found : fallback;
    if (found === null) return null;
    return typeof found === 'number' && Number.isFinite(found) ? found : fallback;
  };
  return Object.fromEntries(
    Object.entries(base).map(([name, fallback]) => [name, read(name, fallback)]),
  ) as unknown as StressForm;
}

/** A preset of the user's from storage; nothing when it is none. */
export function readPreset(value: unknown): PresetView | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, name, form } = value as Record<string, unknown>;
  if (typeof id !== 'string' || id === '' || typeof name !== 'string' || name.trim() === '') return undefined;
  return { id, name: name.slice(0, 80), description: '', own: true, form: readForm(form) };
}
