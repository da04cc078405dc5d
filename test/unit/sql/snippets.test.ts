import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { repositoryRoot } from '../../../src/build/repository';
import type { Dialect } from '../../../src/core/dialect/contract';
import { createDialect } from '../../../src/core/dialect/dialect';
import { splitScript } from '../../../src/core/sql/script';

const run = promisify(execFile);
const root = repositoryRoot();
const folder = path.join(root, 'workshop', 'snippets');

interface Snippet {
  prefix: string;
  description: string;
  body: string[];
}
interface Contribution {
  language: string;
  path: string;
}
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  contributes: { snippets: Contribution[] };
};
const snippetsOf = (file: string): Snippet[] =>
  Object.values(JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')) as Record<string, Snippet>);

/** The text as inserted when every place is left as it is. */
function expand(body: readonly string[]): string {
  let text = body.join('\n').replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1');
  const place = /\$\{(\d+):((?:\\.|[^}\\$]|\$(?!\{))*)\}/;
  for (let match = place.exec(text); match; match = place.exec(text)) {
    const [whole, , value = ''] = match;
    text = text.replace(whole, () => value);
  }
  return text.replace(/(?<!\\)\$0/g, '').replace(/\\([$}\\])/g, '$1');
}

describe('the snippets for the editor', () => {
  it('are there for every language, each with a prefix of ours', () => {
    const languages = manifest.contributes.snippets.map(({ language }) => language);
    for (const language of ['typescript', 'javascript', 'python', 'java', 'go', 'sql'])
      assert.ok(languages.includes(language), language);
    for (const { path: file } of manifest.contributes.snippets)
      for (const { prefix, description, body } of snippetsOf(file)) {
        assert.match(prefix, /^dsql-/);
        assert.ok(description && body.length > 1, `${file} ${prefix}`);
        assert.equal(expand(body).includes('${'), false, `${file} ${prefix}`);
      }
  });

  for (const [file, kind] of [
    ['typescript', ts.ScriptKind.TS],
    ['javascript', ts.ScriptKind.JS],
  ] as const) {
    it(`are ${file} that parses`, () => {
      for (const { prefix, body } of snippetsOf(`workshop/snippets/editor/${file}.json`)) {
        const source = ts.createSourceFile(`a.${file}`, expand(body), ts.ScriptTarget.ES2022, true, kind);
        const { parseDiagnostics } = source as unknown as { parseDiagnostics: { messageText: unknown }[] };
        assert.deepEqual(
          parseDiagnostics.map(({ messageText }) => messageText),
          [],
          prefix,
        );
      }
    });
  }

  describe('in SQL', () => {
    let dialect: Dialect;
    before(async () => {
      dialect = await createDialect();
    });
    for (const { prefix, body } of snippetsOf('workshop/snippets/editor/sql.json')) {
      it(`${prefix} is what DSQL accepts`, () => {
        const parts = splitScript(expand(body));
        assert.ok(parts.length > 0);
        for (const { text } of parts) assert.equal(dialect.classify(text).refusal?.message, undefined, text);
      });
    }
  });
});

describe('the retry modules', () => {
  it('compile in Java', async function () {
    if (
      !(await run('javac', ['-version']).then(
        () => true,
        () => false,
      ))
    )
      return this.skip();
    const out = fs.mkdtempSync(path.join(os.tmpdir(), 'workshop-java-'));
    try {
      // named from its folder: a Java that is told no locale cannot read a path with umlauts
      const options = ['-encoding', 'UTF-8', '-Xlint:all', '-Werror', '-d', out];
      await run('javac', [...options, 'DsqlRetry.java'], { cwd: path.join(folder, 'java') });
      assert.ok(fs.existsSync(path.join(out, 'DsqlRetry.class')));
    } finally {
      fs.rmSync(out, { recursive: true, force: true });
    }
  });

  it('compile in Go', async function () {
    const minor = await run('go', ['version']).then(
      ({ stdout }) => Number(/go1\.(\d+)/.exec(stdout)?.[1]),
      () => 0,
    );
    // errors.Join came with Go 1.20
    if (minor < 20) return this.skip();
    await run('go', ['vet', path.join(folder, 'go', 'dsqlretry.go')], { env: { ...process.env, GOFLAGS: '-mod=mod' } });
  });

  it('speak of the same retry in every language: SQLSTATE, jitter, cap, fresh connection, key', () => {
    for (const file of ['node/dsql-retry.ts', 'python/dsql_retry.py', 'java/DsqlRetry.java', 'go/dsqlretry.go']) {
      const text = fs.readFileSync(path.join(folder, file), 'utf8');
      for (const word of [
        /40001/,
        /OC000/,
        /OC001/,
        /[Ff]ull jitter/,
        /fresh connection/,
        /processed_requests/,
        /23505/,
        /XX000/,
      ])
        assert.match(text, word, file);
    }
  });
});
