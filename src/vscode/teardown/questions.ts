import * as vscode from 'vscode';
import { DSQL_REGIONS } from '../../core/clusters/regions';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { FoundResource, Inventory, Removal, TeardownPlan } from '../../core/teardown/contract';
import { dollars, totalIdleCost } from '../../core/teardown/cost';
import { planLines, resourceLine } from '../../core/teardown/report';
import { typeToConfirm } from '../commands/type-to-confirm';
import type { Step } from '../connections/wizard/steps';
import { askInDialog } from '../webviews/focused-view';

export interface TeardownDraft {
  awsProfile?: string;
  regions?: readonly string[];
}

/** All that goes with a removal. */
export const partsOf = ({ members, takes }: Removal): FoundResource[] => [...members, ...takes];

/** Which Regions are searched: those of the connections are ticked, all where there is none. */
export function regionsStep(title: string, profiles: readonly ConnectionProfile[]): Step<TeardownDraft> {
  return {
    ask: async draft => {
      const own = new Set(profiles.filter(({ kind }) => kind === 'aws').map(({ region }) => region));
      const known = DSQL_REGIONS.map(({ region }) => region);
      const names = [...own, ...known.filter(region => !own.has(region))];
      const chosen = await vscode.window.showQuickPick(
        names.map(label => ({ label, picked: draft.regions?.includes(label) ?? (own.size === 0 || own.has(label)) })),
        { title, placeHolder: vscode.l10n.t('Regions to search'), canPickMany: true, ignoreFocusOut: true },
      );
      if (!chosen || chosen.length === 0) return 'cancel';
      draft.regions = chosen.map(({ label }) => label);
      return 'next';
    },
  };
}

/** The removals that stay ticked; undefined when the user gave up. */
export async function chooseRemovals(
  title: string,
  { removals, left }: TeardownPlan,
  profiles: readonly ConnectionProfile[],
): Promise<Removal[] | undefined> {
  const { l10n } = vscode;
  const production = new Set(
    profiles.filter(({ environment }) => environment === 'production').map(({ host }) => host.split('.')[0]),
  );
  const items = removals.map(removal => {
    const parts = partsOf(removal);
    const guarded = parts.some(({ kind, name }) => kind === 'cluster' && production.has(name));
    const [first] = removal.members;
    const { usdPerMonth, complete } = totalIdleCost(parts);
    const perMonth = l10n.t('about {0} a month', dollars(usdPerMonth));
    const cost = usdPerMonth > 0 ? perMonth : complete ? l10n.t('free while idle') : l10n.t('cost not measured');
    return {
      label: removal.members.map(member => member.title ?? member.name).join(' + '),
      description: [first?.kind, cost, ...(guarded ? [l10n.t('PRODUCTION')] : [])].join(' · '),
      detail: parts.map(part => resourceLine(part, Date.now())).join('  |  '),
      picked: !guarded,
      removal,
    };
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder:
      left.length > 0
        ? l10n.t('What is to be removed? Left alone: {0}, see the report', left.length)
        : l10n.t('What is to be removed?'),
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.map(({ removal }) => removal);
}

/** The user has read what goes, and typed the number of the account. */
export async function confirmAccount(title: string, inventory: Inventory, plan: TeardownPlan): Promise<boolean> {
  const { l10n } = vscode;
  const { account } = inventory;
  const lines = planLines({ ...inventory, gaps: [] }, { ...plan, left: [] }, Date.now());
  const detail = [...lines, '', l10n.t('There is no undo.')].join('\n');
  const go = l10n.t('Remove…');
  const question = l10n.t('Remove this from the account {0} for good?', account);
  if ((await askInDialog(question, { detail }, go)) !== go) return false;
  return typeToConfirm(account, {
    title,
    prompt: l10n.t('Type {0}, the number of the account, to remove it', account),
    notYet: l10n.t('This is not its number yet'),
  });
}
