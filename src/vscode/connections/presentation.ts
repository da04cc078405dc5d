import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../core/connections/connection-profile';

/** Icon of a profile in lists and in the status bar, as a product icon reference. */
export function profileIcon(profile: ConnectionProfile): string {
  if (profile.environment === 'production') return '$(flame)';
  return profile.kind === 'local' ? '$(vm)' : '$(cloud)';
}

/** Word for an environment. */
export function environmentName(profile: ConnectionProfile): string {
  switch (profile.environment) {
    case 'production':
      return vscode.l10n.t('production');
    case 'test':
      return vscode.l10n.t('test');
    case 'development':
      return vscode.l10n.t('development');
  }
}

/** Whether statements may write, in words. */
export const accessName = (profile: ConnectionProfile): string =>
  profile.readOnly ? vscode.l10n.t('read-only') : vscode.l10n.t('read and write');

/** Who and where, in one line: `teller@abc….dsql.eu-west-1.on.aws`. */
export const addressName = (profile: ConnectionProfile): string =>
  profile.kind === 'local' ? vscode.l10n.t('{0} on this machine', profile.user) : `${profile.user}@${profile.host}`;

/** What a screen reader says of a profile. */
export function profileLabel(profile: ConnectionProfile): string {
  return [profile.name, environmentName(profile), accessName(profile)].join(', ');
}

/** Text of a status bar item: icon, name, a lock when read-only. Production is also said in words: not every theme has the colour. */
export function statusText(profile: ConnectionProfile, pinned = false): string {
  const parts = [pinned ? '$(pin)' : profileIcon(profile), profile.name];
  if (profile.environment === 'production') parts.push(`(${environmentName(profile)})`);
  if (profile.readOnly) parts.push('$(lock)');
  return parts.join(' ');
}

/** Colour of a status bar item: production warns, and alarms where it may be written to. */
export function statusBackground(profile: ConnectionProfile): vscode.ThemeColor | undefined {
  if (profile.environment !== 'production') return undefined;
  return new vscode.ThemeColor(profile.readOnly ? 'statusBarItem.warningBackground' : 'statusBarItem.errorBackground');
}

/** All about a profile, for a tooltip. Names are text: nothing in them is taken for Markdown. */
export function profileTooltip(profile: ConnectionProfile, lead: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const line = (label: string, value: string): void => {
    text.appendMarkdown('\n\n').appendText(`${label}: ${value}`);
  };
  text.appendText(lead);
  line(vscode.l10n.t('Connection'), profile.name);
  line(vscode.l10n.t('Address'), addressName(profile));
  if (profile.hostaddr !== undefined) line(vscode.l10n.t('Reached at'), profile.hostaddr);
  line(vscode.l10n.t('Region'), profile.region);
  if (profile.kind === 'aws')
    line(vscode.l10n.t('AWS profile'), profile.awsProfile ?? vscode.l10n.t('default credentials'));
  if (profile.schema !== undefined) line(vscode.l10n.t('Schema'), profile.schema);
  line(vscode.l10n.t('Environment'), environmentName(profile));
  line(vscode.l10n.t('Access'), accessName(profile));
  return text;
}
