import path from 'node:path';
import * as vscode from 'vscode';
import type { CodeProblem } from '../../core/workspace/problems';

/** Problems of the learner's code, from the bundler and from their own compiler; each source replaces its own. */
export class CodeProblems implements vscode.Disposable {
  private readonly collections = {
    bundler: vscode.languages.createDiagnosticCollection('dsql-workshop-bundle'),
    compiler: vscode.languages.createDiagnosticCollection('dsql-workshop-tsc'),
  };

  /** `directory`: what relative files are relative to. */
  show(source: keyof typeof this.collections, problems: readonly CodeProblem[], directory: string): void {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const problem of problems) {
      const file = path.resolve(directory, problem.file);
      byFile.set(file, [...(byFile.get(file) ?? []), diagnosticOf(problem)]);
    }
    const collection = this.collections[source];
    collection.clear();
    for (const [file, diagnostics] of byFile) collection.set(vscode.Uri.file(file), diagnostics);
  }

  dispose(): void {
    for (const collection of Object.values(this.collections)) collection.dispose();
  }
}

function diagnosticOf({ line, column, text, code, severity }: CodeProblem): vscode.Diagnostic {
  const start = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(start, start.translate(0, 1)),
    text,
    severity === 'warning' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Error,
  );
  diagnostic.source = code === undefined ? 'esbuild' : 'tsc';
  if (code !== undefined) diagnostic.code = code;
  return diagnostic;
}
