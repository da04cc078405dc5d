import { LineCounter, isNode, parseDocument } from 'yaml';
import schemaFile from '../../../workshop/chapter.schema.json';
import { malformed, type ChapterPosition } from './errors';
import { firstViolation, type Schema } from './schema-validation';

/** The definitions of `workshop/chapter.schema.json`, by block. */
const { $defs }: { $defs: unknown } = schemaFile;
const chapterDefinitions = $defs as Record<string, Schema>;

/** The blocks the schema defines that may stand in a chapter. */
export type YamlBlock =
  | 'frontMatter'
  | 'check'
  | 'stress'
  | 'deploy'
  | 'remove'
  | 'token'
  | 'load-accounts'
  | 'wait-for-jobs'
  | 'compare'
  | 'sessions'
  | 'conflict-map'
  | 'compare-plans'
  | 'measure';

/** A read block, and where its parts stand. */
export interface YamlContent {
  value: unknown;
  /** Line in the chapter of the part at `path`. */
  lineOf(path: (string | number)[]): number;
}

/**
 * Reads a yaml block and holds it to its schema. `at.line` is the line of the block's first content line.
 * @throws CodedError `CHAPTER_MALFORMED` at the line that is wrong.
 */
export function readYaml(text: string, block: YamlBlock, at: ChapterPosition): YamlContent {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    // what is missing at the end is missing in the last line, not below it
    const lastLine = text.trimEnd().split('\n').length;
    const line = at.line + Math.min(lineCounter.linePos(error.pos[0]).line, lastLine) - 1;
    throw malformed({ file: at.file, line }, `not YAML: ${error.message}`, 'well-formed YAML');
  }
  const lineOf = (path: (string | number)[]): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at.line + lineCounter.linePos(node.range[0]).line - 1;
    }
    return at.line;
  };
  const value: unknown = document.toJS();
  const schema = chapterDefinitions[block];
  if (!schema) throw new Error(`chapter.schema.json does not define ${block}`);
  const violation = firstViolation(value, schema, chapterDefinitions);
  if (violation) {
    throw malformed({ file: at.file, line: lineOf(violation.path) }, violation.problem, violation.expected);
  }
  return { value, lineOf };
}
