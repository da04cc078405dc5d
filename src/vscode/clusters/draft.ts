import * as vscode from 'vscode';
import type { ClusterPlan } from '../../core/clusters/plan';
import { DSQL_REGIONS, REGION_NAME } from '../../core/clusters/regions';
import { askChoice, askText, runSteps, type Answer, type Place, type Step } from '../connections/wizard/steps';

/** A cluster in the making. */
export interface ClusterDraft {
  awsProfile?: string;
  region?: string;
  /** One Region, or two. */
  set?: 'single' | 'multi';
  secondRegion?: string;
  witnessRegion?: string;
  name?: string;
  deletionProtection?: boolean;
}

/** Asks for a Region: a list of the known ones, or any other by its name. */
export async function askRegion(
  place: Place,
  placeholder: string,
  active: string | undefined,
  without: readonly (string | undefined)[] = [],
): Promise<Answer<string>> {
  const other = Symbol('another Region');
  const items: (vscode.QuickPickItem & { value: string | typeof other })[] = [
    ...DSQL_REGIONS.filter(({ region }) => !without.includes(region)).map(({ region, name }) => ({
      label: region,
      description: name,
      value: region,
    })),
    { label: vscode.l10n.t('Another Region…'), value: other },
  ];
  const chosen = await askChoice(place, { placeholder, items, active });
  if (chosen === 'back' || chosen === 'cancel') return chosen;
  if (chosen.value !== other) return { value: chosen.value };
  const typed = await askText(place, {
    prompt: placeholder,
    placeholder: 'us-east-1',
    value: active,
    validate: text =>
      REGION_NAME.test(text.trim()) ? undefined : vscode.l10n.t('A Region looks like us-east-1 or eu-west-1.'),
  });
  if (typed === 'back') return askRegion(place, placeholder, active, without);
  return typed === 'cancel' ? typed : { value: typed.value.trim() };
}

/** A step that takes one answer into the draft. */
function question<T>(
  ask: (draft: ClusterDraft, place: Place) => Promise<Answer<T>>,
  use: (draft: ClusterDraft, value: T) => void,
  applies?: (draft: ClusterDraft) => boolean,
): Step<ClusterDraft> {
  return {
    ...(applies && { applies }),
    ask: async (draft, place) => {
      const answer = await ask(draft, place);
      if (answer === 'back' || answer === 'cancel') return answer;
      use(draft, answer.value);
      return 'next';
    },
  };
}

const multi = (draft: ClusterDraft): boolean => draft.set === 'multi';

const set = question<'single' | 'multi'>(
  (draft, place) =>
    askChoice(place, {
      placeholder: vscode.l10n.t('One Region, or two that hold the same data?'),
      active: draft.set ?? 'single',
      items: [
        { label: vscode.l10n.t('One Region'), value: 'single' as const },
        {
          label: vscode.l10n.t('Two Regions and a witness'),
          detail: vscode.l10n.t('Two clusters, peered: both take reads and writes. Each write is billed once more.'),
          value: 'multi' as const,
        },
      ],
    }),
  (draft, value) => (draft.set = value),
);

const region = question(
  (draft, place) => askRegion(place, vscode.l10n.t('Region of the cluster'), draft.region),
  (draft, value) => (draft.region = value),
);

const secondRegion = question(
  (draft, place) => askRegion(place, vscode.l10n.t('Region of the second cluster'), draft.secondRegion, [draft.region]),
  (draft, value) => (draft.secondRegion = value),
  multi,
);

const witnessRegion = question(
  (draft, place) =>
    askRegion(place, vscode.l10n.t('Witness: keeps a short log, holds no cluster'), draft.witnessRegion, [
      draft.region,
      draft.secondRegion,
    ]),
  (draft, value) => (draft.witnessRegion = value),
  multi,
);

const name = question(
  (draft, place) =>
    askText(place, {
      prompt: vscode.l10n.t('Name of the cluster: its tag Name, and the name of the connection'),
      value: draft.name ?? 'bank',
      validate: text => {
        if (text.trim() === '') return vscode.l10n.t('Type a name.');
        return /^[\p{L}\p{N} _.:/=+\-@]{1,128}$/u.test(text.trim())
          ? undefined
          : vscode.l10n.t('A tag takes letters, digits, blanks and _ . : / = + - @, at most 128.');
      },
    }),
  (draft, value) => (draft.name = value.trim()),
);

const protection = question(
  (draft, place) =>
    askChoice(place, {
      placeholder: vscode.l10n.t('Deletion protection'),
      active: draft.deletionProtection ?? false,
      items: [
        { label: vscode.l10n.t('Off: easy to remove after the workshop'), value: false },
        { label: vscode.l10n.t('On: deleting it takes one step more'), value: true },
      ],
    }),
  (draft, value) => (draft.deletionProtection = value),
);

/** Asks for everything that a new cluster needs. @returns undefined when the user gave up. */
export async function askCluster(
  title: string,
  draft: ClusterDraft,
  awsProfile: Step<ClusterDraft>,
): Promise<ClusterPlan | undefined> {
  const steps = [awsProfile, set, region, secondRegion, witnessRegion, name, protection];
  if (!(await runSteps(title, steps, draft)) || draft.region === undefined || draft.name === undefined)
    return undefined;
  const { secondRegion: other, witnessRegion: witness, deletionProtection = false } = draft;
  const second =
    multi(draft) && other !== undefined && witness !== undefined
      ? { second: { region: other, witnessRegion: witness } }
      : {};
  return { name: draft.name, region: draft.region, deletionProtection, ...second };
}

/** Asks where a cluster, or a pair of them, is to be. @returns false when the user gave up. */
export const askPlaces = (title: string, draft: ClusterDraft, awsProfile: Step<ClusterDraft>): Promise<boolean> =>
  runSteps(title, [awsProfile, set, region, secondRegion, witnessRegion], draft);
