import type { MenuRequest } from '../../protocol/results-view';
import { COMMANDS } from '../contributions';

/** The commands of the menu on a result's cells: each is a word to the view of the panel in front, which knows what is selected. */
export function menuCommands(send: (request: MenuRequest) => void) {
  const copy = (format: Extract<MenuRequest, { what: 'copy' }>['format'], headers: boolean) => () =>
    send({ what: 'copy', format, headers });
  return {
    [COMMANDS.resultsCopy]: copy('tsv', false),
    [COMMANDS.resultsCopyWithHeaders]: copy('tsv', true),
    [COMMANDS.resultsCopyCsv]: copy('csv', true),
    [COMMANDS.resultsCopyJson]: copy('json', true),
    [COMMANDS.resultsCopyMarkdown]: copy('markdown', true),
    [COMMANDS.resultsCopyInsert]: copy('insert', true),
    [COMMANDS.resultsFilterByValue]: () => send({ what: 'filter', out: false }),
    [COMMANDS.resultsFilterOutValue]: () => send({ what: 'filter', out: true }),
    [COMMANDS.resultsShowDetails]: () => send({ what: 'details' }),
    [COMMANDS.resultsExport]: () => send({ what: 'export' }),
  };
}
