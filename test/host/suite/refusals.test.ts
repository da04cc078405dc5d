import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Recording, RecordedCase } from '../../local/conformance/recording';
import { extension, openUntitled, until } from '../support';

/** Errors that come of data, of other sessions, or of a catalogue the text does not show. */
const NOT_BY_TEXT = new Set(['23503', '23505', '23514', '25P02', '40001', '55000', '22P02', '42P01', '42P07', '42703']);
const NOT_BY_TEXT_MESSAGES =
  /^type "baseline_\w+" does not exist|^unrecognized configuration parameter|^attribute \d+ of type .* has wrong type/;

interface Refusal {
  line: number;
  sql: string;
  message: string;
}

function read(): Recording {
  const file = path.join(extension().extensionPath, 'test', 'fixtures', 'conformance', 'cluster-answers.json');
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Recording;
}

/** A document's text, and the statements in it that the cluster refused for what they say. */
function documentOf(setup: readonly string[], cases: readonly RecordedCase[]): { text: string; refusals: Refusal[] } {
  let text = `${setup.join(';\n')};\n`;
  const refusals: Refusal[] = [];
  for (const { steps = [], observations = [] } of cases)
    steps.forEach((sql, at) => {
      const { outcome, sqlstate = '', message = '' } = observations[at] ?? {};
      if (outcome === 'error' && !NOT_BY_TEXT.has(sqlstate) && !NOT_BY_TEXT_MESSAGES.test(message))
        refusals.push({ line: text.split('\n').length - 1, sql, message });
      text += `${sql};\n`;
    });
  return { text, refusals };
}

/** What the cluster said, the rule's link, and a hover with its date and source, for every refusal in the document. */
async function checkRefusals({ text, refusals }: ReturnType<typeof documentOf>): Promise<number> {
  const document = await openUntitled(text);
  const shown = () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'DSQL');
  const found = ({ line, sql, message }: Refusal) =>
    shown().find(
      diagnostic =>
        diagnostic.message.startsWith(`${message}\n`) &&
        diagnostic.range.start.line >= line &&
        diagnostic.range.start.line < line + sql.split('\n').length,
    );
  for (const refusal of refusals) {
    await until(`${refusal.sql}: ${refusal.message}`, () => found(refusal), 10_000);
    const diagnostic = found(refusal);
    assert.ok(diagnostic && typeof diagnostic.code === 'object', refusal.sql);
    assert.equal(diagnostic.code.target.scheme, 'https', refusal.sql);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      diagnostic.range.start,
    );
    const told = hovers.flatMap(({ contents }) => contents).map(each => (typeof each === 'string' ? each : each.value));
    const own = told.find(each => each.includes(`\`${String((diagnostic.code as { value: string }).value)}\``));
    assert.match(own?.replaceAll('&nbsp;', ' ') ?? '', /Known since \d{4}\S*-\d{2}.*: \S/s, refusal.sql);
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  return refusals.length;
}

describe('what DSQL refuses, typed in an editor', () => {
  const isOwnTransactions = ({ steps = [], simple_protocol: simple }: RecordedCase): boolean =>
    !simple && !steps.some(sql => /^\s*(begin|start|commit|rollback|set)\b/i.test(sql));

  it('shows every recorded refusal outside of transactions, with the rule, its date and its source', async () => {
    const { setup, cases } = read();
    assert.ok((await checkRefusals(documentOf(setup, cases.filter(isOwnTransactions)))) > 40);
  });
});
