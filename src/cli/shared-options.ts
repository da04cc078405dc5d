import { Option } from 'commander';

/** Reads an option that may be given again: its values in a list. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];
/** `--target`: the cluster that a command is for. */
export const targetOption = (): Option =>
  new Option('--target <name>', 'local, or a target of dsql-workshop.json').default('local');
/** `--data-dir`: which of the local clusters. */
export const dataDirOption = (more = ''): Option =>
  new Option('--data-dir <dir>', `data directory of the local cluster${more}`);
/** `--as`: whose token is made. */
export const identityOption = (): Option =>
  new Option('--as <identity>', 'credentials to sign with').choices(['admin', 'lambda']).default('admin');
