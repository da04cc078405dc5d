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
      const catalog = snapshot ?? (loading && (await soon(loading, token)));
      if (token.isCancellationRequested) return undefined;
      const text = document.getText();
      if (text.length > LARGEST_DOCUMENT) return undefined;
      const offset = document.offsetAt(position);
      const found = complete(text, offset, catalog ?? EMPTY_SNAPSHOT);
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
async function soon<T>(value: Promise<T>, token: vscode.CancellationToken): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let subscription: vscode.Disposable | undefined;
  const enough = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    subscription = token.onCancellationRequested(() => resolve(undefined));
  });
  try {
    return await Promise.race([value, enough]);
  } finally {
    clearTimeout(timer);
    subscription?.dispose();
  }
}
