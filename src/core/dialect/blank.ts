import type { Classified } from './contract';

/**
 * A statement of which nothing is known. What others add stands here as undefined: then all statements look the same to V8, where some
 * thirty properties are read for each statement that runs, and a copy with other literals is made at once.
 */
export const blank = (text: string): Classified => ({
  kind: 'other',
  text,
  sql: text,
  replacements: undefined,
  tag: '',
  refusal: undefined,
  onEmptyTable: undefined,
  writes: false,
  locking: false,
  returnsRows: false,
  assigns: undefined,
  writeTargets: [],
  keyScan: undefined,
  relations: undefined,
  named: undefined,
  begin: undefined,
  chain: undefined,
  parameter: undefined,
  sessionReadOnly: undefined,
  special: undefined,
  copyFrom: undefined,
  explain: undefined,
  maxRows: undefined,
  functions: undefined,
  readsSequences: undefined,
  namesMoment: undefined,
  configures: undefined,
  setsLocally: undefined,
  bound: undefined,
  numbers: undefined,
  preconditions: undefined,
});
