import type { LintRule, LintSeverity } from '../contract';
import type { FileFinding, FileReport } from './file-report';

/** SARIF has no hints: what is neither error nor warning is a note. */
const LEVELS: Record<LintSeverity, 'error' | 'warning' | 'note'> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** Static Analysis Results Interchange Format 2.1.0 (OASIS), for code scanning. */
export function lintSarif(
  files: readonly FileReport[],
  rules: ReadonlyMap<string, LintRule>,
  toolVersion: string,
): string {
  const found = [...new Set(files.flatMap(({ findings }) => findings.map(({ rule }) => rule)))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'dsql-workshop lint',
            semanticVersion: toolVersion,
            rules: found.flatMap(id => describe(rules.get(id))),
          },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: files.map(({ path }) => ({ location: { uri: uriOf(path) } })),
        results: files.flatMap((file, index) => file.findings.map(finding => result(file, index, finding, found))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describe(rule: LintRule | undefined) {
  if (!rule) return [];
  const { id, message, why, remedy, url, severity, since, source, grade } = rule;
  return [
    {
      id,
      shortDescription: { text: message },
      fullDescription: { text: `${why} ${remedy}` },
      help: { text: `${why} ${remedy} Known since ${since}: ${source}.` },
      helpUri: url,
      defaultConfiguration: { level: LEVELS[severity] },
      properties: { since, grade, tags: ['aurora-dsql'] },
    },
  ];
}

function result({ path }: FileReport, index: number, finding: FileFinding, ruleIds: string[]) {
  const { rule, severity, message, why, remedy, fixes } = finding;
  const artifactLocation = { uri: uriOf(path), index };
  const { line, column, endLine, endColumn, offset, endOffset } = finding;
  return {
    ruleId: rule,
    ruleIndex: ruleIds.indexOf(rule),
    level: LEVELS[severity],
    message: { text: `${message}. ${why} ${remedy}`.replace('..', '.') },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          region: {
            startLine: line,
            startColumn: column,
            endLine,
            endColumn,
            charOffset: offset,
            charLength: endOffset - offset,
          },
        },
      },
    ],
    ...(fixes.length > 0 && {
      fixes: fixes.map(({ title, edits }) => ({
        description: { text: title },
        artifactChanges: [
          {
            artifactLocation,
            replacements: edits.map(({ start, end, newText }) => ({
              deletedRegion: { charOffset: start, charLength: end - start },
              insertedContent: { text: newText },
            })),
          },
        ],
      })),
    }),
  };
}

/** A path as a URI reference. Drive letters need a scheme. */
const uriOf = (path: string): string => {
  const uri = path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return /^[A-Za-z]%3A\//.test(uri)
    ? `file:///${uri.replace('%3A', ':')}`
    : uri.startsWith('/')
      ? `file://${uri}`
      : uri;
};
