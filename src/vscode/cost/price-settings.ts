import * as vscode from 'vscode';
import { describePriceProblem, priceTable } from '../../core/cost/price-settings';
import type { RegionPrice } from '../../core/cost/prices';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';

const setting = (): unknown => vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.prices);

/** The prices by Region with the user's own put over them. Entries of another form are left out, see `priceWarnings`. */
export const configuredPrices = (): RegionPrice[] => priceTable(setting()).table;

/** A sentence for each entry of the setting that is no price. */
export const priceWarnings = (): string[] =>
  priceTable(setting()).problems.map(problem =>
    vscode.l10n.t('Setting “{0}”: {1}.', `${SETTINGS_SECTION}.${SETTINGS.prices}`, describePriceProblem(problem)),
  );
