/**
 * The part of the metadata proposal that @peculiar/x509's container of services asks for: metadata kept per object and key. Import it
 * before that package; where a whole implementation is present it is left alone.
 */
type Target = object;

interface MetadataReflect {
  getMetadata?(key: unknown, target: Target): unknown;
  getOwnMetadata?(key: unknown, target: Target): unknown;
  defineMetadata?(key: unknown, value: unknown, target: Target): void;
}

const store = new WeakMap<Target, Map<unknown, unknown>>();

const own = (key: unknown, target: Target): unknown => store.get(target)?.get(key);

function inherited(key: unknown, target: Target): unknown {
  for (let each: Target | null = target; each; each = Object.getPrototypeOf(each) as Target | null)
    if (store.get(each)?.has(key)) return own(key, each);
  return undefined;
}

function define(key: unknown, value: unknown, target: Target): void {
  const entries = store.get(target) ?? new Map<unknown, unknown>();
  store.set(target, entries.set(key, value));
}

const reflect = Reflect as MetadataReflect;
if (!reflect.getMetadata) {
  Object.assign(reflect, { getMetadata: inherited, getOwnMetadata: own, defineMetadata: define });
}
