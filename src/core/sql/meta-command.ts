/** Answers to psql's backslash commands that stand in a script: what to do here instead. */
import type { CodedError } from '../../base/errors';
import { metaCommand } from './errors';

const INSTEAD: readonly [RegExp, string][] = [
  [
    /^\\(?:d|dt|di|dv|ds|dn|du|dp|z|l|df|dT|dm|dD|sf|sv)[S+]*$/,
    'Look in the clusters view, or ask the catalogue: SELECT * FROM information_schema.columns WHERE table_name = …',
  ],
  [/^\\(?:i|ir|include|include_relative)$/, 'Open that file and run it.'],
  [/^\\(?:c|connect)$/, 'Choose the connection of this editor in the status bar.'],
  [/^\\(?:g|gx|x|gdesc|crosstabview)$/, 'Leave it out: results are shown in the results panel.'],
  [/^\\timing$/, 'Leave it out: every result shows its time.'],
  [/^\\(?:copy|o|w)$/, 'Export a result from the results panel; load data with INSERT in batches of up to 3,000 rows.'],
  [/^\\watch$/, 'Leave it out, and run the statement again.'],
  [/^\\(?:set|unset|gset|prompt|bind)$/, 'Write $1, $2… in the statement: you are asked for the values.'],
  [
    /^\\\.$/,
    'The lines between COPY … FROM stdin and \\. are data for psql: load them with INSERT in batches of up to 3,000 rows.',
  ],
  [/^\\(?:gexec|if|elif|else|endif)$/, 'Run such a script with psql.'],
  [/^\\(?:q|quit|echo|qecho|warn|pset|a|t|H|f|C|encoding|r|p|e|s|conninfo)$/, 'Leave it out.'],
];

/** The error that a backslash command is answered with. */
export function metaCommandError(line: string): CodedError {
  const command = /^\\(?:[A-Za-z_]+[S+]*|.)?/.exec(line)?.[0] ?? '\\';
  const [, nextStep] = INSTEAD.find(([pattern]) => pattern.test(command)) ?? [];
  return metaCommand(command, nextStep ?? 'Leave it out, or run the script with psql.');
}
