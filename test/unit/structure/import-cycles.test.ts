import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';

const ROOT = path.resolve(__dirname, '../../..');

/** What a bundle of all modules is made of; imports of types are gone there. */
async function modules(): Promise<Metafile['inputs']> {
  const sources = ['src', 'webview'].flatMap(folder =>
    fs.readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => path.join(folder, name)),
  );
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: sources.filter(name => name.endsWith('.ts')),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    loader: { '.css': 'empty', '.svg': 'empty' },
    outdir: 'out/import-cycles',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return metafile.inputs;
}

/** The first way found from a module back to itself, in the order of the imports; what is imported later, by `import()`, is none. */
function cycleIn(inputs: Metafile['inputs']): string[] | undefined {
  const settled = new Set<string>();
  const way: string[] = [];
  const search = (name: string): string[] | undefined => {
    if (settled.has(name)) return undefined;
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    way.push(name);
    for (const imported of inputs[name]?.imports ?? []) {
      const found = imported.kind === 'import-statement' ? search(imported.path) : undefined;
      if (found) return found;
    }
    way.pop();
    settled.add(name);
    return undefined;
  };
  for (const name of Object.keys(inputs)) {
    const found = search(name);
    if (found) return found;
  }
  return undefined;
}

describe('the modules of the product', () => {
  it('need none that needs them: what two share lives below both', async () => {
    const inputs = await modules();
    assert.ok(inputs['src/extension.ts'] && inputs['webview/plan/main.ts'], 'the modules were not found');
    assert.equal(cycleIn(inputs)?.join(' -> '), undefined);
  });

  it('would be told of such a ring', () => {
    const needs = (...paths: string[]) => ({
      bytes: 0,
      imports: paths.map(name => ({ path: name, kind: 'import-statement' as const })),
    });
    assert.deepEqual(cycleIn({ a: needs('b'), b: needs('c'), c: needs('b') }), ['b', 'c', 'b']);
    assert.equal(cycleIn({ a: needs('b', 'c'), b: needs('c'), c: needs() }), undefined);
  });
});
