/**
 * The services' own models, as the SDK's clients carry them: their schemas are arrays of numbers and names
 * (`@smithy/types`, `dist-types/schema/static-schemas.d.ts`), read here into what the stand-in asks of them.
 */

/** A shape of a model, as deep as it is asked for. */
export type Shape =
  | { kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'any' }
  | { kind: 'list' | 'map'; item: () => Shape }
  | { kind: 'structure'; name: string; members: ReadonlyMap<string, Member>; required: readonly string[] };

export interface Member {
  shape: () => Shape;
  /** Where HTTP carries it; in the body unless it says otherwise. */
  at: 'label' | 'query' | 'header' | 'payload' | 'body';
  /** Its name there. */
  wireName: string;
}

export interface Operation {
  name: string;
  /** Of REST protocols. */
  http?: { method: string; path: string };
  input: () => Shape;
}

/** Operations of a service by name. */
export type ServiceModel = ReadonlyMap<string, Operation>;

const OPERATION = 9;
const LIST = 1;
const MAP = 2;
const STRUCTURE = 3;
const UNION = 4;
const SIMPLE = 0;
const LIST_OF = 64;
const MAP_OF = 128;
const HTTP_LABEL = 1;
const HTTP_PAYLOAD = 16;

/**
 * @param module what a client's package exports: `import * as module from '@aws-sdk/client-dsql'`.
 * @throws Error where it carries no operation as schema: the SDK has changed its form.
 */
export function modelOf(module: object): ServiceModel {
  const operations = new Map<string, Operation>();
  for (const value of Object.values(module)) {
    if (!Array.isArray(value) || value[0] !== OPERATION || typeof value[2] !== 'string') continue;
    const [, , name, traits, input] = value as [number, string, string, unknown, unknown];
    const http = traitOf(traits, 'http');
    operations.set(name, {
      name,
      ...(Array.isArray(http) && { http: { method: String(http[0]), path: String(http[1]) } }),
      input: () => shapeOf(input),
    });
  }
  if (operations.size === 0) throw new Error('the module carries no operations as schemas');
  return operations;
}

function shapeOf(reference: unknown): Shape {
  const schema: unknown = typeof reference === 'function' ? (reference as () => unknown)() : reference;
  if (typeof schema === 'number') return simple(schema);
  if (schema === 'unit') return { kind: 'structure', name: 'Unit', members: new Map(), required: [] };
  if (!Array.isArray(schema)) return { kind: 'any' };
  const parts = schema as unknown[];
  switch (parts[0]) {
    case SIMPLE:
      return shapeOf(parts[4]);
    case LIST:
      return { kind: 'list', item: () => shapeOf(memberReference(parts[4])) };
    case MAP:
      return { kind: 'map', item: () => shapeOf(memberReference(parts[5])) };
    case STRUCTURE:
    case UNION:
      return structure(parts);
    default:
      return { kind: 'any' };
  }
}

function simple(code: number): Shape {
  if (code >= MAP_OF) return { kind: 'map', item: () => simple(code - MAP_OF) };
  if (code >= LIST_OF) return { kind: 'list', item: () => simple(code - LIST_OF) };
  switch (code) {
    case 0:
      return { kind: 'string' };
    case 1:
    case 17:
    case 19:
      return { kind: 'number' };
    case 2:
      return { kind: 'boolean' };
    case 4:
    case 5:
    case 6:
    case 7:
      return { kind: 'timestamp' };
    case 21:
    case 42:
      return { kind: 'blob' };
    default:
      return { kind: 'any' };
  }
}

function structure([kind, , name, , names, references, required]: unknown[]): Shape {
  const members = new Map<string, Member>();
  (names as string[]).forEach((member, index) => {
    const reference = (references as unknown[])[index];
    const traits = isMember(reference) ? reference[1] : 0;
    members.set(member, {
      shape: () => shapeOf(memberReference(reference)),
      ...placeOf(member, traits),
    });
  });
  // members that must be there come first; of a union none must
  const count = kind === STRUCTURE && typeof required === 'number' ? required : 0;
  return { kind: 'structure', name: String(name), members, required: (names as string[]).slice(0, count) };
}

/** `[reference, traits]`; a schema's own array has its name as third part. */
const isMember = (reference: unknown): reference is [unknown, unknown] =>
  Array.isArray(reference) && reference.length === 2;
const memberReference = (reference: unknown): unknown => (isMember(reference) ? reference[0] : reference);

function placeOf(member: string, traits: unknown): Pick<Member, 'at' | 'wireName'> {
  const bits = typeof traits === 'number' ? traits : 0;
  if (bits & HTTP_LABEL || traitOf(traits, 'httpLabel')) return { at: 'label', wireName: member };
  if (bits & HTTP_PAYLOAD || traitOf(traits, 'httpPayload')) return { at: 'payload', wireName: member };
  const query = traitOf(traits, 'httpQuery');
  if (typeof query === 'string') return { at: 'query', wireName: query };
  const header = traitOf(traits, 'httpHeader');
  if (typeof header === 'string') return { at: 'header', wireName: header.toLowerCase() };
  return { at: 'body', wireName: member };
}

const traitOf = (traits: unknown, name: string): unknown =>
  typeof traits === 'object' && traits !== null ? (traits as Record<string, unknown>)[name] : undefined;
