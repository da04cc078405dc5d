/**
 * Holds Terraform templates against the providers' schema, as `terraform validate` does as far as that goes without the providers: blocks,
 * arguments, what is required, and what expressions refer to. The parser is Terraform's own, as WASM.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parse } from '@cdktf/hcl2json';

interface Block {
  arguments: Readonly<Record<string, 'required' | 'optional'>>;
  blocks: Readonly<Record<string, Block & { required: boolean }>>;
}
export interface TerraformSchema {
  resources: Readonly<Record<string, Block & { attributes: readonly string[] }>>;
  data: Readonly<Record<string, Block & { attributes: readonly string[] }>>;
  providerArguments: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;
/** By type, then by name, as hcl2json has them. */
type Labelled = Readonly<Record<string, Readonly<Record<string, readonly Body[]>>>>;
export interface TerraformModule {
  directory: string;
  resource: Labelled;
  data: Labelled;
  variable: Readonly<Record<string, readonly Body[]>>;
  output: Readonly<Record<string, readonly Body[]>>;
  module: Readonly<Record<string, readonly Body[]>>;
  provider: Readonly<Record<string, readonly Body[]>>;
  terraform: readonly Body[];
  locals: Body;
}

const META = new Set(['count', 'for_each', 'provider', 'depends_on', 'lifecycle']);

/** All `.tf` files of a folder as one module. @param texts other texts for some of them, by file name */
export async function readModule(
  directory: string,
  texts: Readonly<Record<string, string>> = {},
): Promise<TerraformModule> {
  const merged: Record<string, Record<string, unknown>> = {};
  const terraform: Body[] = [];
  let locals: Body = {};
  for (const name of fs.readdirSync(directory).filter(file => file.endsWith('.tf'))) {
    const text = texts[name] ?? fs.readFileSync(path.join(directory, name), 'utf8');
    for (const [kind, value] of Object.entries((await parse(name, text)) as Record<string, unknown>))
      if (kind === 'terraform') terraform.push(...(value as Body[]));
      else if (kind === 'locals') for (const one of value as Body[]) locals = { ...locals, ...one };
      else merged[kind] = merge(merged[kind], value as Record<string, unknown>, kind === 'resource' || kind === 'data');
  }
  const { resource = {}, data = {}, variable = {}, output = {}, module = {}, provider = {} } = merged;
  return { directory, resource, data, variable, output, module, provider, terraform, locals } as TerraformModule;
}

function merge(
  before: Record<string, unknown> = {},
  more: Record<string, unknown>,
  labelledTwice: boolean,
): Record<string, unknown> {
  const all = { ...before };
  for (const [label, value] of Object.entries(more))
    all[label] = labelledTwice ? { ...(all[label] as object | undefined), ...(value as object) } : value;
  return all;
}

/** What is wrong, one line each. */
export async function terraformProblems(module: TerraformModule, schema: TerraformSchema): Promise<string[]> {
  const problems: string[] = [];
  for (const [kind, known] of [
    ['resource', schema.resources],
    ['data', schema.data],
  ] as const)
    for (const [type, named] of Object.entries(module[kind]))
      for (const [name, bodies] of Object.entries(named)) {
        const where = `${kind === 'data' ? 'data.' : ''}${type}.${name}`;
        const block = known[type];
        if (!block) problems.push(`${where}: no such ${kind}`);
        else for (const body of bodies) problems.push(...blockProblems(where, body, block, true));
      }
  for (const [name, bodies] of Object.entries(module.provider))
    for (const argument of bodies.flatMap(Object.keys))
      if (name === 'aws' && !schema.providerArguments.includes(argument))
        problems.push(`provider.${name}: no argument ${argument}`);
  problems.push(...versionProblems(module));
  const called = new Map<string, TerraformModule>();
  for (const [name, [body = {}]] of Object.entries(module.module)) {
    const directory = path.join(module.directory, String(body['source']));
    if (!fs.existsSync(directory)) problems.push(`module.${name}: no folder ${String(body['source'])}`);
    else {
      const target = await readModule(directory);
      called.set(name, target);
      problems.push(...callProblems(name, body, target));
    }
  }
  return [...problems, ...referenceProblems(module, schema, called)];
}

function blockProblems(where: string, body: Body, block: Block, top: boolean): string[] {
  const problems: string[] = [];
  const dynamic = (body['dynamic'] ?? {}) as Readonly<Record<string, readonly { content?: readonly Body[] }[]>>;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'dynamic' || (top && META.has(name))) continue;
    const inner = block.blocks[name];
    if (inner && Array.isArray(value))
      for (const one of value as Body[]) problems.push(...blockProblems(`${where}.${name}`, one, inner, false));
    else if (inner || !Object.hasOwn(block.arguments, name)) problems.push(`${where}: no argument ${name}`);
  }
  for (const [name, bodies] of Object.entries(dynamic)) {
    const inner = block.blocks[name];
    if (!inner) problems.push(`${where}: no block ${name}`);
    else
      for (const content of bodies.flatMap(one => one.content ?? []))
        problems.push(...blockProblems(`${where}.${name}`, content, inner, false));
  }
  for (const [name, need] of Object.entries(block.arguments))
    if (need === 'required' && !Object.hasOwn(body, name)) problems.push(`${where}: ${name} is required`);
  for (const [name, { required }] of Object.entries(block.blocks))
    if (required && !Object.hasOwn(body, name) && !Object.hasOwn(dynamic, name))
      problems.push(`${where}: ${name} is required`);
  return problems;
}

function versionProblems({ terraform }: TerraformModule): string[] {
  const providers = terraform.flatMap(
    ({ required_providers }) => (required_providers ?? []) as Record<string, { version?: string }>[],
  );
  const named = providers.flatMap(Object.entries) as [string, { version?: string }][];
  return [
    ...(terraform.some(({ required_version }) => typeof required_version === 'string') ? [] : ['no required_version']),
    ...(named.length > 0 ? [] : ['no required_providers']),
    ...named
      .filter(([, { version }]) => !/^~> \d+\.\d+/.test(version ?? ''))
      .map(([name]) => `provider ${name} has no pinned version`),
  ];
}

function callProblems(name: string, body: Body, target: TerraformModule): string[] {
  const given = Object.keys(body).filter(
    key => !['source', 'count', 'for_each', 'providers', 'depends_on'].includes(key),
  );
  const needed = Object.entries(target.variable).filter(([, [variable]]) => !Object.hasOwn(variable ?? {}, 'default'));
  return [
    ...given.filter(key => !Object.hasOwn(target.variable, key)).map(key => `module.${name}: no variable ${key}`),
    ...needed.filter(([key]) => !given.includes(key)).map(([key]) => `module.${name}: ${key} is required`),
  ];
}

const REFERENCE = /(?<![\w.])(var|local|module|data|aws_\w+|archive_file)((?:\.[A-Za-z_][\w-]*|\[[^\]]*\])+)/g;

function referenceProblems(
  module: TerraformModule,
  schema: TerraformSchema,
  called: ReadonlyMap<string, TerraformModule>,
): string[] {
  const parts = { ...module, directory: undefined };
  const problems = new Set<string>();
  const used = new Set<string>();
  for (const text of textsOf(parts))
    for (const [whole, kind = '', rest = ''] of [...expressionsOf(text).matchAll(REFERENCE)]) {
      const names = rest
        .replace(/\[[^\]]*\]/g, '')
        .split('.')
        .filter(Boolean);
      if (kind === 'var') used.add(names[0] ?? '');
      if (!isKnown(kind, names, module, schema, called)) problems.add(`${whole} refers to nothing`);
    }
  for (const name of Object.keys(module.variable)) if (!used.has(name)) problems.add(`var.${name} is not used`);
  return [...problems];
}

function isKnown(
  kind: string,
  names: readonly string[],
  module: TerraformModule,
  schema: TerraformSchema,
  called: ReadonlyMap<string, TerraformModule>,
): boolean {
  const [first = '', second = '', third = ''] = names;
  switch (kind) {
    case 'var':
      return Object.hasOwn(module.variable, first);
    case 'local':
      return Object.hasOwn(module.locals, first);
    case 'module':
      return Object.hasOwn(called.get(first)?.output ?? {}, second);
    case 'data':
      return (
        Object.hasOwn(module.data[first] ?? {}, second) &&
        (third === '' || schema.data[first]?.attributes.includes(third) === true)
      );
    default:
      return (
        Object.hasOwn(module.resource[kind] ?? {}, first) &&
        (second === '' || schema.resources[kind]?.attributes.includes(second) === true)
      );
  }
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** What stands in `${…}`, without its quoted texts. */
function expressionsOf(text: string): string {
  return [...text.matchAll(/\$\{((?:[^{}]|\{[^{}]*\})*)\}/g)]
    .map(([, inner = '']) => inner.replace(/"[^"$]*"/g, '""'))
    .join('\n');
}
