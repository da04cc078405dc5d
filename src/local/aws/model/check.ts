import type { ServiceModel, Shape } from './schema';

/**
 * What of a call its service's model does not know: `CreateCluster.deletionProtecton: not in the model`. Nothing when it fits.
 * @param texts scalars came as text, as in the Query protocol.
 */
export function modelProblems(
  model: ServiceModel,
  { operation, input }: { operation: string; input: Readonly<Record<string, unknown>> },
  { texts = false }: { texts?: boolean } = {},
): string[] {
  const known = model.get(operation);
  if (!known) return [`${operation}: not in the model`];
  return problems(known.input(), input, operation, texts);
}

function problems(shape: Shape, value: unknown, path: string, texts: boolean): string[] {
  switch (shape.kind) {
    case 'any':
      return [];
    case 'list':
      // the Query protocol writes an empty list as an empty text
      if (texts && value === '') return [];
      if (!Array.isArray(value)) return [`${path}: a list is expected`];
      return value.flatMap((item, index) => problems(shape.item(), item, `${path}[${index}]`, texts));
    case 'map':
      // the Query protocol writes maps as lists of entries
      if (texts) return [];
      if (!isObject(value)) return [`${path}: a map is expected`];
      return Object.entries(value).flatMap(([name, item]) => problems(shape.item(), item, `${path}.${name}`, texts));
    case 'structure': {
      if (!isObject(value)) return [`${path}: a structure is expected`];
      const missing = shape.required.filter(name => value[name] === undefined);
      return [
        ...missing.map(name => `${path}.${name}: required, and missing`),
        ...Object.entries(value).flatMap(([name, item]) => {
          const member = shape.members.get(name);
          if (!member) return [`${path}.${name}: not in the model`];
          return problems(member.shape(), item, `${path}.${name}`, texts);
        }),
      ];
    }
    default:
      return fits(shape.kind, value, texts) ? [] : [`${path}: a ${shape.kind} is expected, not ${typeof value}`];
  }
}

function fits(kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob', value: unknown, texts: boolean): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' || (texts && typeof value === 'string' && !Number.isNaN(Number(value)));
    case 'boolean':
      return typeof value === 'boolean' || (texts && (value === 'true' || value === 'false'));
    case 'timestamp':
      return typeof value === 'number' || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
    case 'blob':
      // a length, or what was readable in it
      return value !== undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
