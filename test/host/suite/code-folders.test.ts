import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { Deferred } from '../../../src/base/deferred';
import { MARKER_FILE, type CodeFolder } from '../../../src/core/workspace/contract';
import { CodeFolders } from '../../../src/vscode/own-code/code-folders';
import type { OwnCodeServices } from '../../../src/vscode/own-code/services';
import { until } from '../support';

/** Remembers nothing. */
const memento: vscode.Memento = { keys: () => [], get: () => undefined, update: () => Promise.resolve() };
const errors = { write: () => undefined, show: () => undefined };

describe("the learner's folder in a window", () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  // below the window's folder: a change that is heard, and no folder of code for the extension itself
  const below = path.join(root, 'changed');
  let folders: CodeFolders | undefined;

  after(() => {
    folders?.dispose();
    fs.rmSync(below, { recursive: true, force: true });
  });

  it('is the one seen last, though an older look takes longer', async () => {
    const older = new Deferred<undefined>();
    let looks = 0;
    const find = (): Promise<CodeFolder | undefined> =>
      looks++ === 0 ? older.promise : Promise.resolve({ directory: root, functions: {} });
    folders = new CodeFolders({ find } as Partial<OwnCodeServices> as OwnCodeServices, memento, errors);
    const first = folders.ready();
    fs.mkdirSync(below);
    // written until it is heard: the editor takes its time before it watches
    await until('the change is heard', () => {
      fs.writeFileSync(path.join(below, MARKER_FILE), '{}');
      return folders?.ready() !== first;
    });
    older.resolve(undefined);
    await first;
    await folders.ready();
    assert.equal(folders.current?.directory, root);
  });
});
