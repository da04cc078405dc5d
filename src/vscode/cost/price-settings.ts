import * as vscode from 'vscode';
import { priceTable } from '../../core/cost/price-settings';
import type { RegionPrice } from '../../core/cost/prices';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';

/** The prices by Region with the user's own put over them. Entries of another form are left out; the settings editor marks them. */
export function configuredPrices(): RegionPrice[] {
  return priceTable(vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.prices)).table;
}
