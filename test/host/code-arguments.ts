/** What `@vscode/test-electron` passes to the `code` executable, as far as it matters here. */
export interface CodeArguments {
  developmentPaths: string[];
  testsPath?: string;
  userDataDir?: string;
  extensionsDir?: string;
  disableExtensions: boolean;
  /** The folder or workspace to open. */
  folder?: string;
}

/** Reads them. A value follows its option after `=` or as the next argument. */
export function readCodeArguments(args: readonly string[]): CodeArguments {
  const result: CodeArguments = { developmentPaths: [], disableExtensions: false };
  for (let i = 0; i < args.length; i++) {
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(args[i] ?? '');
    if (!match) {
      result.folder = args[i];
      continue;
    }
    const [, name, inline] = match;
    const value = () => inline ?? args[++i] ?? '';
    if (name === 'extensionDevelopmentPath') result.developmentPaths.push(value());
    else if (name === 'extensionTestsPath') result.testsPath = value();
    else if (name === 'user-data-dir') result.userDataDir = value();
    else if (name === 'extensions-dir') result.extensionsDir = value();
    else if (name === 'disable-extensions') result.disableExtensions = true;
  }
  return result;
}
