import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { SHIPPED } from '../../../src/build/vsix';
import { VSIX_TARGETS } from '../../../src/build/vsix-target';
import { repositoryRoot } from '../../../src/build/repository';
import { ruleCatalog } from '../../../src/core/lint/rule-catalog';
import {
  COMMANDS,
  CONTEXTS,
  PANELS,
  SETTINGS,
  SETTINGS_SECTION,
  VIEWS,
  SQL_LANGUAGES,
} from '../../../src/vscode/contributions';

interface Property {
  type: string;
  default: unknown;
  enum?: unknown[];
  propertyNames?: { enum: string[] };
  scope?: string;
  order?: number;
}
interface Manifest {
  main: string;
  icon: string;
  activationEvents: string[];
  extensionKind: string[];
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  capabilities: { untrustedWorkspaces: { supported: unknown; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    keybindings: { command: string; key: string; mac: string; when: string }[];
    walkthroughs: {
      steps: {
        id: string;
        description: string;
        media: { svg?: string; markdown?: string };
        completionEvents: string[];
      }[];
    }[];
    configuration: { title: string; order: number; properties: Record<string, Property> }[];
    configurationDefaults: { 'remote.portsAttributes': Record<string, { onAutoForward: string }> };
  };
}

const root = repositoryRoot();
const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');
const text = read('package.json');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const settings = Object.assign({}, ...contributes.configuration.map(({ properties }) => properties)) as Record<
  string,
  Property
>;

/** Keys of macOS itself, which hide what is around: https://support.apple.com/102650 */
const OF_MACOS = new Set(['cmd+h', 'cmd+alt+h']);

describe('the extension manifest', () => {
  it('declares the commands that are registered, and no other', () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), Object.values(COMMANDS).sort());
    for (const command of contributes.commands) assert.equal(command.category, 'DSQL Workshop');
  });

  it('declares the settings that are read, and no other, with a default of the right type', () => {
    const properties = settings;
    assert.deepEqual(
      Object.keys(properties).sort(),
      Object.values(SETTINGS)
        .map(name => `${SETTINGS_SECTION}.${name}`)
        .sort(),
    );
    for (const [name, property] of Object.entries(properties)) {
      const expected = property.type === 'integer' ? 'number' : property.type;
      assert.equal(Array.isArray(property.default) ? 'array' : typeof property.default, expected, name);
      if (property.enum) assert.ok(property.enum.includes(property.default), name);
    }
  });

  it('offers every rule of the linter by its id, and no other', () => {
    assert.deepEqual(
      settings[`${SETTINGS_SECTION}.${SETTINGS.lintRules}`]?.propertyNames?.enum,
      [...ruleCatalog().keys()].sort(),
    );
  });

  it('shows its settings in sections, each in an order of its own', () => {
    const orders = contributes.configuration.map(({ order }) => order);
    assert.deepEqual(
      orders,
      [...orders.keys()].map(at => at + 1),
    );
    for (const { title, properties } of contributes.configuration) {
      const within = Object.values(properties).map(({ order }) => order);
      assert.deepEqual(
        within,
        [...within.keys()].map(at => at + 1),
        title,
      );
    }
  });

  it('opens no browser on the ports of the local cluster: each process that listens is known by its file', () => {
    const patterns = Object.entries(contributes.configurationDefaults['remote.portsAttributes']);
    for (const file of ['local-cluster', 'lambda-host']) {
      assert.ok(read('src/build/bundle.mjs').includes(`'${file}.js'`), file);
      for (const command of [`node /home/me/x/dist/${file}.js --json`, `Code.exe C:\\x\\dist\\${file}.js`]) {
        const found = patterns.filter(([pattern]) => new RegExp(pattern).test(command));
        assert.deepEqual(
          found.map(([, { onAutoForward }]) => onAutoForward),
          ['silent'],
          command,
        );
      }
    }
  });

  it('restricts every setting that names a folder, a port or a cluster, or runs code, in untrusted workspaces', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    const local = Object.keys(settings).filter(
      name =>
        name.startsWith(`${SETTINGS_SECTION}.local.`) ||
        name === `${SETTINGS_SECTION}.connections` ||
        name === `${SETTINGS_SECTION}.chapterFolders` ||
        name === `${SETTINGS_SECTION}.ownCode.deployOnSave`,
    );
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    assert.deepEqual([...restricted].sort(), local.sort());
  });

  it('leaves it to the user alone when commands in AWS ask first: a folder that somebody sent could turn that off', () => {
    assert.equal(settings[`${SETTINGS_SECTION}.aws.askFirst`]?.scope, 'machine');
  });

  it('puts only declared commands into menus and on keys, under context keys that are set', () => {
    for (const { key, mac, when } of contributes.keybindings) {
      assert.match(
        when,
        /^(editorTextFocus && editorLangId|focusedView == dsqlWorkshop\.)/,
        `${key} would be taken from other editors`,
      );
      const command = key.replace('ctrl', 'cmd');
      assert.equal(mac, OF_MACOS.has(command) ? key : command);
    }
    for (const item of [...Object.values(contributes.menus).flat(), ...contributes.keybindings]) {
      assert.ok((Object.values(COMMANDS) as string[]).includes(item.command), item.command);
      for (const [key] of (item.when ?? '').matchAll(/dsqlWorkshop\.\w+/g))
        assert.ok(
          [...Object.values(CONTEXTS), ...Object.values(VIEWS), ...Object.values(PANELS)].some(known => known === key),
          key,
        );
    }
  });

  it('wakes up for its panels, its commands and SQL documents only', () => {
    assert.deepEqual(
      [...manifest.activationEvents].sort(),
      [
        ...Object.values(PANELS).map(panel => `onWebviewPanel:${panel}`),
        ...SQL_LANGUAGES.map(language => `onLanguage:${language}`),
      ].sort(),
    );
    assert.deepEqual(manifest.extensionKind, ['workspace']);
  });

  it('leads a newcomer by a walkthrough whose pictures, commands and views are there', () => {
    const [walkthrough] = contributes.walkthroughs;
    const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
    const known = [...Object.values(COMMANDS), ...Object.values(VIEWS).map(view => `${view}.focus`)] as string[];
    assert.ok(walkthrough && walkthrough.steps.length >= 4);
    for (const { id, description, media, completionEvents } of walkthrough.steps) {
      assert.ok(fs.existsSync(path.join(root, media.svg ?? media.markdown ?? '')), id);
      const text = texts[description.replaceAll('%', '')] ?? '';
      const links = [...text.matchAll(/\(command:([\w.]+)/g)].map(match => match[1] ?? '');
      assert.ok(links.length > 0, id);
      for (const link of links) assert.ok(known.includes(link), link);
      for (const event of completionEvents.filter(each => each.startsWith('onCommand:')))
        assert.ok(known.includes(event.slice('onCommand:'.length)), event);
      // the editor tells of links to https only, and of a view only when it was not shown before
      assert.ok(!completionEvents.some(event => event.startsWith('onLink:')), id);
      for (const view of completionEvents.flatMap(event => /^onView:(.+)/.exec(event)?.[1] ?? []))
        assert.ok(completionEvents.includes(`onCommand:${view}.focus`), view);
      for (const [, key = ''] of completionEvents.join('\n').matchAll(/^onContext:([\w.]+)/gm))
        assert.ok(Object.values<string>(CONTEXTS).includes(key), key);
      for (const [, chapter] of text.matchAll(/%22(\d\d-[\w-]+)%22/g))
        assert.ok(fs.existsSync(path.join(root, 'workshop', 'chapters', chapter ?? '')), chapter);
    }
  });

  it('has a text for every %key%, and uses every text', () => {
    const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
    const used = [...text.matchAll(/"%([\w.]+)%"/g)].map(match => match[1] ?? '');
    assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
    for (const [key, value] of Object.entries(texts)) assert.ok(value.trim(), key);
  });

  it('ships files that exist', () => {
    for (const name of SHIPPED.filter(shipped => shipped !== 'dist'))
      assert.ok(fs.existsSync(path.join(root, name)), name);
    assert.ok(fs.existsSync(path.join(root, manifest.icon)), manifest.icon);
    assert.ok(manifest.main.startsWith('./dist/'));
  });

  it('names a version of the native packages of every platform', () => {
    for (const target of VSIX_TARGETS) assert.ok(manifest.optionalDependencies[target.postgres], target.name);
    assert.ok(manifest.dependencies.esbuild);
  });
});
