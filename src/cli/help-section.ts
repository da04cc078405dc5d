import type { AddHelpTextContext, Help } from 'commander';

type HelpText = (context: AddHelpTextContext) => string;

/** For `addHelpText('after')`: a section of terms and what they mean, wrapped as the options are. */
export const helpSection =
  (heading: string, items: Readonly<Record<string, string>>): HelpText =>
  context => {
    const help = helpOf(context);
    const width = Math.max(...Object.keys(items).map(term => term.length));
    const lines = Object.entries(items).map(([term, text]) => help.formatItem(term, width, text, help));
    return ['', `${heading}:`, ...lines].join('\n');
  };

/** The same for exit codes. */
export const exitCodes = (codes: Readonly<Record<number, string>>): HelpText => helpSection('Exit codes', codes);

/** For `addHelpText('after')`: a paragraph. */
export const helpParagraph =
  (text: string): HelpText =>
  context => {
    const help = helpOf(context);
    return `\n${help.boxWrap(text, help.helpWidth ?? 80)}`;
  };

function helpOf({ command, error }: AddHelpTextContext): Help {
  const help = command.createHelp();
  const { getOutHelpWidth, getErrHelpWidth } = command.configureOutput();
  help.prepareContext({ error, helpWidth: (error ? getErrHelpWidth : getOutHelpWidth)?.() });
  return help;
}
