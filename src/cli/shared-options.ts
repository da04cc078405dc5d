import { Option } from 'commander';
import { givenText } from './given-text';

/** Reads an option that may be given again: its values in a list. */
export const collect = (value: string, before: string[] = []): string[] => [...before, givenText(value)];
/** `--target`: the cluster that a command is for. */
export const targetOption = (): Option =>
  new Option('--target <name>', 'local, or a target of dsql-workshop.json').default('local');
/** `--data-dir`: which of the local clusters. */
export const dataDirOption = (more = ''): Option =>
  new Option('--data-dir <dir>', `data directory of the local cluster${more}`).argParser(givenText);
/** `--code`: the learner's folder, the one that the terminal is in unless told. */
export const codeOption = (): Option =>
  new Option('--code <dir>', 'your workshop folder').argParser(givenText).default('.');
/** `--as`: whose token is made. */
export const identityOption = (): Option =>
  new Option('--as <identity>', 'credentials to sign with').choices(['admin', 'lambda']).default('admin');
