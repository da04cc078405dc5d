import * as vscode from 'vscode';
import { EMPTY_SNAPSHOT } from '../../core/catalog/snapshot';
import { complete } from '../../core/completion/complete';
import type { Connections } from '../connections/connections';
import type { ErrorReporter } from '../errors';
import { SQL_SELECTOR } from '../sql-editor/sql-documents';
import { CatalogCache } from './catalog-cache';
import { completionItem } from './items';

/** How long the first list may wait for the catalogue before it comes without. */
const PATIENCE_MS = 400;
/** The same where without it there is nothing to list, such as a table's columns: the editor would offer words of the text in their place. */
const LONG_PATIENCE_MS = 5_000;
/** Larger documents are data, not programs. UTF-16 units. */
const LARGEST_DOCUMENT = 4 * 1024 * 1024;

export interface CompletionContext {
  connections: Connections;
  errors: ErrorReporter;
}

/** Completion in SQL documents from the live catalogue of the profile that the document runs against. */
export function registerCompletion({ connections, errors }: CompletionContext): vscode.Disposable {
  const cache = new CatalogCache(connections, error => errors.write(error));
  const provider: vscode.CompletionItemProvider = {
    provideCompletionItems: async (document, position, token) => {
      const { snapshot, loading } = cache.get(connections.profileFor(document.uri));
      const text = document.getText();
      if (text.length > LARGEST_DOCUMENT) return undefined;
      const offset = document.offsetAt(position);
      let catalog = snapshot ?? (loading && (await soon(loading, token, PATIENCE_MS)));
      let found = complete(text, offset, catalog ?? EMPTY_SNAPSHOT);
      if (!catalog && loading && found?.entries.length === 0) {
        catalog = await soon(loading, token, LONG_PATIENCE_MS);
        found = complete(text, offset, catalog ?? EMPTY_SNAPSHOT);
      }
      if (token.isCancellationRequested) return undefined;
      if (!found) return undefined;
      const start = document.positionAt(found.start);
      const range = {
        inserting: new vscode.Range(start, found.quoted ? document.positionAt(found.end) : position),
        replacing: new vscode.Range(start, document.positionAt(found.end)),
      };
      const items = found.entries.map(entry => completionItem(entry, range, found.quoted));
      return new vscode.CompletionList(items, catalog === undefined && loading !== undefined);
    },
  };
  return vscode.Disposable.from(
    cache,
    vscode.languages.registerCompletionItemProvider(SQL_SELECTOR, provider, '.', '"'),
  );
}

/** The value, if it comes soon; undefined when it does not, or nobody waits for it any more. */
async function soon<T>(value: Promise<T>, token: vscode.CancellationToken, patienceMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let subscription: vscode.Disposable | undefined;
  const enough = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
    subscription = token.onCancellationRequested(() => resolve(undefined));
  });
  try {
    return await Promise.race([value, enough]);
  } finally {
    clearTimeout(timer);
    subscription?.dispose();
  }
}
