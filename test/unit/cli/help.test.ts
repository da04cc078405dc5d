import assert from 'node:assert/strict';
import { runCommandLine } from '../../../src/cli/program';
import { bufferConsole } from '../../support/console';

/** Sections of a help page that list no commands. */
const OTHER_SECTIONS = /^(Arguments|Options|Examples|Environment|Exit codes):$/;

async function helpOf(path: readonly string[], columns: number): Promise<string> {
  const console = bufferConsole();
  console.stdout.columns = columns;
  assert.equal(await runCommandLine([...path, '--help'], console), 0, console.err());
  return console.out();
}

/** Lines of a page by their section. */
function sectionsOf(page: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of page.split('\n'))
    if (/^[A-Z][\w ]*:$/.test(line)) sections.set(line, (lines = []));
    else if (line.startsWith('  ')) lines.push(line);
  return sections;
}

/** Terms of a section with what is said of them. A line that goes on with the one above is indented further. */
function itemsOf(lines: readonly string[] = []): [term: string, said: string][] {
  return lines.flatMap(line => {
    const [, term, said] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    return term === undefined ? [] : [[term, said ?? '']];
  });
}

const commandsOf = (page: string): string[] =>
  [...sectionsOf(page)]
    .flatMap(([heading, lines]) => (OTHER_SECTIONS.test(heading) ? [] : itemsOf(lines)))
    .map(([term]) => term.split(' ')[0]!)
    .filter(name => name !== 'help');

/** Every command with those below it, found in the pages themselves. */
async function allPaths(path: readonly string[] = []): Promise<string[][]> {
  const below = await Promise.all(commandsOf(await helpOf(path, 80)).map(name => allPaths([...path, name])));
  return [[...path], ...below.flat()];
}

describe('the help pages of dsql-workshop', () => {
  let paths: string[][];
  before(async () => (paths = await allPaths()));

  for (const columns of [60, 80, 120])
    it(`fit a terminal of ${columns} columns`, async () => {
      for (const path of paths)
        for (const line of (await helpOf(path, columns)).split('\n'))
          // how it is called, and examples, are lines to be copied
          if (columns >= 80 || !/^(Usage:|  .*dsql-workshop )/.test(line))
            assert.ok(line.length <= columns, `${path.join(' ')}: ${line}`);
    });

  it('are asked for in three ways', async () => {
    for (const path of paths.filter(({ length }) => length > 0)) {
      const page = await helpOf(path, 80);
      for (const line of [
        ['help', ...path],
        [...path.slice(0, -1), 'help', ...path.slice(-1)],
      ]) {
        const console = bufferConsole();
        console.stdout.columns = 80;
        assert.equal(await runCommandLine(line, console), 0, line.join(' '));
        assert.equal(console.out(), page, line.join(' '));
      }
    }
  });

  it('are of all commands', () => {
    assert.ok(paths.length > 40, String(paths.length));
    for (const path of ['run', 'local exec', 'stack destroy', 'cost cluster', 'cluster create', 'logs'])
      assert.ok(
        paths.some(each => each.join(' ') === path),
        path,
      );
  });

  it('say of each command, argument and option what it is', async () => {
    for (const path of paths) {
      const page = await helpOf(path, 200);
      for (const [heading, lines] of sectionsOf(page))
        if (heading !== 'Examples:')
          for (const [term, said] of itemsOf(lines))
            assert.match(said, /^[^\s(]/, `${path.join(' ')}: ${term} is not described`);
      const usage = page.split('\n')[0]!.replace('[options]', '').replace('[command]', '').replace('-- ', '');
      const wanted = [...usage.matchAll(/[<[]([a-z]+)/g)].map(([, name]) => name).filter(name => name !== 'args');
      const described = itemsOf(sectionsOf(page).get('Arguments:')).map(([term]) => term);
      assert.deepEqual(described, wanted, path.join(' '));
    }
  });

  it('say the same of an option that many commands have', async () => {
    const WORDS: [option: string, words: RegExp][] = [
      ['--profile', /^AWS profile/],
      ['--region', /^AWS Region/],
      ['--second-region', /^AWS Region of a second cluster, which holds the same data$/],
      ['--data-dir', /^(data directory of the local cluster|keep the data there)/],
      ['--target', /a target of dsql-workshop\.json/],
      ['--code', /your workshop folder/],
      ['--yes', /do not ask/],
      ['--json', /JSON/],
      ['--chapters', /^a folder of chapters of your own/],
    ];
    const met = new Set<string>();
    for (const path of paths)
      for (const [term, text] of itemsOf(sectionsOf(await helpOf(path, 400)).get('Options:')))
        for (const [option, words] of WORDS)
          if (term.split(' ')[0] === option) {
            met.add(option);
            assert.match(text, words, `${path.join(' ')} ${option}`);
          }
    assert.equal(met.size, WORDS.length);
  });

  it('show the values of a list that may be given again only once they are given', async () => {
    for (const path of paths) assert.doesNotMatch(await helpOf(path, 80), /default: \[\]/, path.join(' '));
  });
});
