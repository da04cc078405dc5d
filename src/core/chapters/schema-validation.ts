/** The part of JSON Schema that `workshop/chapter.schema.json` uses. */
export interface Schema {
  /** `object`, `array`, `string`, `integer`, `number` or `boolean`. */
  type?: string;
  $ref?: string;
  oneOf?: Schema[];
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean;
  items?: Schema;
  minItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  pattern?: string;
}

/** One thing wrong: where, what is there, and what belongs there. */
export interface Violation {
  path: (string | number)[];
  problem: string;
  expected: string;
}

type Definitions = Record<string, Schema>;

/** The first violation of `schema` by `value`, in document order, or undefined. `definitions` are what `$ref` names. */
export function firstViolation(value: unknown, schema: Schema, definitions: Definitions): Violation | undefined {
  return visit(value, schema, definitions, []);
}

function visit(
  value: unknown,
  given: Schema,
  definitions: Definitions,
  path: (string | number)[],
): Violation | undefined {
  const schema = resolve(given, definitions);
  const wrong = (expected: string): Violation => ({ path, problem: `${name(path)} is ${show(value)}`, expected });
  if (schema.oneOf) return visitOneOf(value, schema.oneOf, definitions, path, wrong);
  if (schema.enum && !schema.enum.includes(value)) return wrong(`one of ${schema.enum.join(', ')}`);
  switch (schema.type) {
    case 'object':
      return isObject(value) ? visitObject(value, schema, definitions, path) : wrong(expectation(schema, definitions));
    case 'array':
      return Array.isArray(value) && value.length >= (schema.minItems ?? 0)
        ? visitItems(value, schema, definitions, path)
        : wrong(expectation(schema, definitions));
    case 'string':
      if (typeof value !== 'string' || value.length < (schema.minLength ?? 0)) return wrong('a text');
      if (schema.pattern && !new RegExp(schema.pattern).test(value))
        return wrong(`a text that matches ${schema.pattern}`);
      return undefined;
    case 'integer':
    case 'number':
      return isWithin(value, schema) ? undefined : wrong(expectation(schema, definitions));
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrong('true or false');
    default:
      return undefined;
  }
}

const isWithin = (value: unknown, { type, minimum = -Infinity, maximum = Infinity }: Schema): boolean =>
  typeof value === 'number' && (type === 'number' || Number.isInteger(value)) && value >= minimum && value <= maximum;

function visitItems(
  items: unknown[],
  schema: Schema,
  definitions: Definitions,
  path: (string | number)[],
): Violation | undefined {
  for (const [i, item] of items.entries()) {
    const violation = schema.items && visit(item, schema.items, definitions, [...path, i]);
    if (violation) return violation;
  }
  return undefined;
}

function visitObject(
  value: Record<string, unknown>,
  schema: Schema,
  definitions: Definitions,
  path: (string | number)[],
): Violation | undefined {
  const properties = schema.properties ?? {};
  for (const key of Object.keys(value)) {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!property && schema.additionalProperties === false) {
      return {
        path: [...path, key],
        problem: `"${key}" is not known here`,
        expected: `one of ${Object.keys(properties).join(', ')}`,
      };
    }
    const violation = property && visit(value[key], property, definitions, [...path, key]);
    if (violation) return violation;
  }
  const missing = (schema.required ?? []).find(key => !Object.hasOwn(value, key));
  if (missing === undefined) return undefined;
  const expected = expectation(properties[missing] ?? {}, definitions);
  return { path, problem: `${name(path)} lacks "${missing}"`, expected: `"${missing}": ${expected}` };
}

/** The alternative whose first required property is there, or the first whose type fits, tells what is wrong. */
function visitOneOf(
  value: unknown,
  alternatives: Schema[],
  definitions: Definitions,
  path: (string | number)[],
  wrong: (expected: string) => Violation,
): Violation | undefined {
  const resolved = alternatives.map(alternative => resolve(alternative, definitions));
  const chosen = resolved.find(alternative => {
    if (alternative.type !== 'object' || !isObject(value)) return false;
    const [first] = alternative.required ?? [];
    return first === undefined || Object.hasOwn(value, first);
  });
  if (chosen) return visit(value, chosen, definitions, path);
  if (resolved.some(alternative => !visit(value, alternative, definitions, path))) return undefined;
  return wrong(resolved.map(alternative => expectation(alternative, definitions)).join(', or '));
}

/** What a schema wants, in words. */
function expectation(given: Schema, definitions: Definitions): string {
  const schema = resolve(given, definitions);
  if (schema.oneOf) return schema.oneOf.map(alternative => expectation(alternative, definitions)).join(', or ');
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  switch (schema.type) {
    case 'object':
      return schema.required?.length ? `a mapping with ${schema.required.join(', ')}` : 'a mapping';
    case 'array':
      return schema.minItems ? 'a list that is not empty' : 'a list';
    case 'integer':
      return schema.minimum === undefined ? 'a whole number' : `a whole number of at least ${schema.minimum}`;
    case 'number':
      return [
        'a number',
        schema.minimum !== undefined && `from ${schema.minimum}`,
        schema.maximum !== undefined && `to ${schema.maximum}`,
      ]
        .filter(Boolean)
        .join(' ');
    case 'boolean':
      return 'true or false';
    default:
      return 'a text';
  }
}

function resolve(schema: Schema, definitions: Definitions): Schema {
  if (!schema.$ref) return schema;
  const target = definitions[schema.$ref.replace('#/$defs/', '')];
  if (!target) throw new Error(`the schema refers to ${schema.$ref}, which it does not define`);
  return resolve(target, definitions);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const name = (path: (string | number)[]): string => (path.length === 0 ? 'the block' : `"${path.join('.')}"`);

function show(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
