export type CompletionKind =
  'schema' | 'table' | 'view' | 'column' | 'alias' | 'function' | 'keyword' | 'type' | 'parameter' | 'join';

export interface CompletionEntry {
  kind: CompletionKind;
  /** As people know it, without quotes. */
  label: string;
  /** As SQL writes it. */
  insertText: string;
  /** Behind the label: a column's type, a function's parameters. */
  detail?: string;
  /** In the second line or pane: where it comes from, its comment. */
  documentation?: string;
  /** Smaller comes first. */
  rank: number;
}

/** What may be written at a place, for the editor to filter and sort by what is typed. */
export interface Completion {
  /** The range of the text that an entry takes the place of, UTF-16 units. */
  start: number;
  end: number;
  /** The name is being written in quotes: entries bring theirs along. */
  quoted: boolean;
  entries: CompletionEntry[];
}
