import * as vscode from 'vscode';
import type { Chapter } from '../../core/chapters/contract';
import { droppedTables } from '../../core/chapters/dropped-tables';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { isRoleArn, ROLE_ARN_HINT } from '../../core/connections/role-arn';
import { regionPrice } from '../../core/cost/prices';
import { callerLinesOn, type CallerOf } from '../aws/callers';
import type { ProfileSettings } from '../connections/profile-settings';
import { refusal, type ChapterTargets } from './chapter-targets';
import { askInDialog } from '../webviews/focused-view';

/**
 * Asks where chapters run. For a cluster of AWS: the functions' role where it is not known yet, and consent, with the cost named and what
 * chapters do there, the tables that would be lost among it.
 */
export async function chooseTarget(
  targets: ChapterTargets,
  settings: Pick<ProfileSettings, 'profiles' | 'save'>,
  callerOf: CallerOf,
  chapters: () => Promise<readonly Chapter[]>,
): Promise<void> {
  const picked = await vscode.window.showQuickPick(
    settings.profiles.map(profile => item(profile, targets.current)),
    {
      title: vscode.l10n.t('Where do chapters run?'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (!picked || picked.profile.id === targets.current.id) return;
  let { profile } = picked;
  if (profile.kind === 'aws') {
    const refused = refusal(withRole(profile));
    if (refused) throw refused;
    if (profile.lambdaRoleArn === undefined) {
      const lambdaRoleArn = await askForRole(profile);
      if (lambdaRoleArn === undefined) return;
      profile = { ...profile, lambdaRoleArn };
    }
    if (!(await consent(profile, callerOf, droppedTables(await chapters())))) return;
    if (profile !== picked.profile) await settings.save(profile);
  }
  await targets.choose(profile);
}

interface Item extends vscode.QuickPickItem {
  profile: ConnectionProfile;
}

function item(profile: ConnectionProfile, current: ConnectionProfile): Item {
  const refused = profile.kind === 'aws' ? refusal(withRole(profile)) : undefined;
  const local = profile.kind === 'local';
  return {
    profile,
    label: `${local ? '$(vm)' : refused ? '$(circle-slash)' : '$(cloud)'} ${profile.name}`,
    description: [
      profile.id === current.id ? vscode.l10n.t('current') : '',
      local ? vscode.l10n.t('free, on this machine') : '',
    ]
      .filter(text => text !== '')
      .join(' · '),
    detail: refused?.message ?? (local ? '' : `${profile.host} · ${vscode.l10n.t('billed by AWS')}`),
  };
}

/** A missing role is asked for, so it is no reason to refuse. */
const withRole = (profile: ConnectionProfile): ConnectionProfile => ({ lambdaRoleArn: 'asked for', ...profile });

function askForRole({ name }: ConnectionProfile): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title: vscode.l10n.t('Execution role of the Lambda functions on “{0}”', name),
      prompt: vscode.l10n.t(
        'The role needs dsql:DbConnect on the cluster and permission to write logs; you need iam:PassRole for it. It is kept in the connection’s settings.',
      ),
      placeHolder: 'arn:aws:iam::123456789012:role/dsql-workshop-lambda',
      ignoreFocusOut: true,
      validateInput: text => (isRoleArn(text.trim()) ? undefined : ROLE_ARN_HINT),
    })
    .then(text => text?.trim());
}

async function consent(profile: ConnectionProfile, callerOf: CallerOf, tables: readonly string[]): Promise<boolean> {
  const { name, host, region } = profile;
  const who = await callerLinesOn(profile, callerOf);
  const go = vscode.l10n.t('Run Chapters There');
  const answer = await askInDialog(
    vscode.l10n.t('Run the chapters on “{0}” in AWS?', name),
    {
      detail: `${who.join('\n')}\n\n${vscode.l10n.t(
        'On {0} they create, fill and drop roles, indexes, Lambda functions and these tables, which are lost if they are there: {3}, lesson_….\n\nAWS bills what they use: DPUs of the cluster (${1} per million in {2}; 100,000 a month are free) and Lambda invocations. Sized for a laptop, all chapters together come to cents; a full stress run of a million transfers to dollars.',
        host,
        regionPrice(region).price.usdPerMillionDpu,
        region,
        tables.join(', '),
      )}`,
    },
    go,
  );
  return answer === go;
}
