import { parse } from 'yaml';
import type { JsonPlans } from './json/read-json';
import type { SourceLine } from './source-lines';
import { structuredPlans } from './structured-plans';

const MAX_LENGTH = 4_000_000;

/** The plans of EXPLAIN (FORMAT YAML); undefined for other texts. Nodes have no line: the structure says nothing of lines. */
export function readYamlPlans(source: readonly SourceLine[]): JsonPlans | undefined {
  if (!source.some(({ body }) => /^ *(?:- )?Node Type: /.test(body))) return undefined;
  const first = source.findIndex(({ body }) => /^ *(?:- )?Plan: *$/.test(body));
  if (first < 0) return undefined;
  const bodies = source.slice(first).filter(({ frame }) => !frame);
  const text = bodies.map(({ body }) => body).join('\n');
  if (text.length > MAX_LENGTH) return undefined;
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return undefined;
  }
  return structuredPlans(source, value);
}
