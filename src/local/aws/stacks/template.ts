/** CloudFormation templates as far as the starter kit's CDK app writes them: references between resources, joined texts, outputs. */

export interface TemplateResource {
  Type: string;
  Properties?: Readonly<Record<string, unknown>>;
  DependsOn?: string | readonly string[];
}

export interface Template {
  Resources: Readonly<Record<string, TemplateResource>>;
  Outputs?: Readonly<Record<string, { Value: unknown }>>;
}

/** A resource that was made: what `Ref` gives, and `Fn::GetAtt`. */
export interface MadeResource {
  physicalId: string;
  attributes?: Readonly<Record<string, string>>;
}

/** What templates know without a resource: `AWS::Region`. */
export type PseudoParameters = Readonly<Record<string, string>>;

/** Names of the resources, each after those that it refers to. @throws Error for a circle */
export function inOrder({ Resources }: Template): string[] {
  const ordered: string[] = [];
  const visit = (name: string, above: readonly string[]): void => {
    if (ordered.includes(name)) return;
    if (above.includes(name)) throw new Error(`Circular dependency between resources: [${above.join(', ')}]`);
    const { Properties, DependsOn = [] } = Resources[name]!;
    for (const needed of new Set([...[DependsOn].flat(), ...referred(Properties)]))
      if (needed in Resources) visit(needed, [...above, name]);
    ordered.push(name);
  };
  for (const name of Object.keys(Resources)) visit(name, []);
  return ordered;
}

/** A value with its functions worked out. @throws Error for a function that is not known here, and for what nothing is known of */
export function resolved(value: unknown, made: ReadonlyMap<string, MadeResource>, pseudo: PseudoParameters): unknown {
  const inner = (each: unknown): unknown => resolved(each, made, pseudo);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length !== 1 || name === undefined || !/^(Ref|Fn::)/.test(name))
    return Object.fromEntries(entries.map(([key, each]) => [key, inner(each)]));
  switch (name) {
    case 'Ref':
      return reference(String(argument), made, pseudo);
    case 'Fn::GetAtt':
      return attribute((argument as string[]).join('.'), made);
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(part => String(inner(part))).join(separator);
    }
    case 'Fn::Sub':
      return String(argument).replace(/\$\{([^}]+)\}/g, (_, place: string) =>
        place.includes('.') ? attribute(place, made) : reference(place, made, pseudo),
      );
    default:
      throw new Error(`Template error: the stand-in does not know ${name}`);
  }
}

function reference(name: string, made: ReadonlyMap<string, MadeResource>, pseudo: PseudoParameters): string {
  const found = made.get(name)?.physicalId ?? pseudo[name];
  if (found === undefined) throw new Error(`Template format error: Unresolved resource dependencies [${name}]`);
  return found;
}

function attribute(place: string, made: ReadonlyMap<string, MadeResource>): string {
  const [name = '', ...rest] = place.split('.');
  const found = made.get(name)?.attributes?.[rest.join('.')];
  if (found === undefined) throw new Error(`Template error: resource ${name} has no attribute ${rest.join('.')}`);
  return found;
}

/** Names that a value refers to. */
function referred(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(referred);
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref') return [String(argument)];
    if (name === 'Fn::GetAtt') return [(argument as string[])[0] ?? ''];
    if (name === 'Fn::Sub') return [...String(argument).matchAll(/\$\{([^}.]+)/g)].map(([, place = '']) => place);
    return referred(argument);
  });
}
