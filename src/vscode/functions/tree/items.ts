import * as vscode from 'vscode';
import { deniedAction } from '../../../core/aws/denied';
import type { FunctionState } from '../../../core/lambda/admin';
import type { FunctionCondition } from '../../../core/lambda/condition';
import { kibText } from '../../../core/lambda/contract';
import { codeStanding, isRead, runningVersion, type CodeStanding } from '../../../core/lambda/overview';
import { describeError } from '../../../base/errors';
import { COMMANDS } from '../../contributions';
import { inWindow } from '../../next-actions';
import {
  drawnItem,
  ERROR_COLOUR,
  failureDrawing,
  icon,
  joined,
  lines,
  WARNING_COLOUR,
  type Drawing,
} from '../../tree-drawing';
import { concurrencyText, timeText } from '../texts';
import type { FunctionNode, FunctionTreeNode, PropertyNode, VersionNode } from './nodes';

/** Draws a node. */
export const treeItem = (node: FunctionTreeNode): vscode.TreeItem => drawnItem(node.id, draw(node));

function draw(node: FunctionTreeNode): Drawing {
  const { l10n } = vscode;
  switch (node.kind) {
    case 'function':
      return functionRow(node);
    case 'property':
      return property(node);
    case 'versions':
      return {
        label: l10n.t('Versions'),
        icon: icon('history'),
        description: node.versions.length > 0 ? String(node.versions.length) : l10n.t('none published'),
        tooltip: l10n.t('Kept when your own code is deployed, to go back to'),
        context: 'versions',
        open: node.versions.length > 0,
      };
    case 'version':
      return version(node);
    case 'failure': {
      const denied = deniedAction(node.error);
      const drawing = failureDrawing(inWindow(node.error), { command: COMMANDS.functionsRefresh });
      // the words of IAM are long, and what they are about comes last
      return denied === undefined ? drawing : { ...drawing, label: l10n.t('Not allowed: {0}', denied) };
    }
    case 'action':
      return {
        label: node.action.title,
        icon: icon('arrow-right'),
        context: 'action',
        command: { ...node.action, arguments: node.action.args },
      };
  }
}

function functionRow({ functionName, overview }: FunctionNode): Drawing {
  const { l10n } = vscode;
  const { deployed, own } = overview;
  const unbundled = own && !isRead(own) ? describeError(own.error) : undefined;
  if (!deployed)
    return {
      label: functionName,
      icon: icon('circle-large-outline'),
      description: joined(l10n.t('not deployed'), unbundled !== undefined && standingText('broken')),
      tooltip: unbundled ?? l10n.t('Your folder holds its code.'),
      context: 'function.own',
    };
  const { state } = deployed;
  const standing = codeStanding(overview);
  const running = runningVersion(deployed);
  const condition = conditionText(state);
  return {
    label: functionName,
    icon: functionIcon(state.condition, standing),
    description: joined(
      condition?.short,
      standing && standingText(standing),
      running !== undefined && l10n.t('version {0}', running),
      l10n.t('{0} MiB', state.memoryMb),
      kibText(state.codeBytes),
    ),
    tooltip: lines(
      condition?.long,
      unbundled,
      running === undefined && isRead(deployed.versions) && l10n.t('What runs was not published as a version.'),
      l10n.t('timeout {0} s, changed {1}', state.timeoutSeconds, timeText(state.lastModified)),
      state.arn,
    ),
    context: ['function', 'deployed', own && 'own', standing].filter(Boolean).join('.'),
    open: true,
  };
}

function functionIcon(condition: FunctionState['condition'], standing: CodeStanding | undefined): vscode.ThemeIcon {
  if (condition?.kind === 'failed') return icon('error', ERROR_COLOUR);
  if (condition?.kind === 'working') return icon('loading~spin', WARNING_COLOUR);
  if (standing === 'broken') return icon('warning', WARNING_COLOUR);
  return standing === 'differs' ? icon('diff-modified', WARNING_COLOUR) : icon('symbol-function');
}

function standingText(standing: CodeStanding): string {
  const { l10n } = vscode;
  switch (standing) {
    case 'same':
      return l10n.t('as in your folder');
    case 'differs':
      return l10n.t('differs from your folder');
    case 'broken':
      return l10n.t('your folder does not bundle');
  }
}

/** Nothing for a function of which only a list was read: AWS leaves it out there. */
function conditionText({ condition }: FunctionState): { short?: string; long: string } | undefined {
  if (!condition) return undefined;
  const { l10n } = vscode;
  const words: Record<FunctionCondition['kind'], { short?: string; long: string }> = {
    ready: { long: l10n.t('active') },
    idle: { short: l10n.t('inactive'), long: l10n.t('inactive: the first call wakes it') },
    working: { short: l10n.t('pending'), long: l10n.t('pending: a change is under way') },
    failed: { short: l10n.t('failed'), long: l10n.t('failed') },
  };
  const { short, long } = words[condition.kind];
  const { reason } = condition;
  return { ...(short !== undefined && { short }), long: reason === undefined ? long : `${long}: ${reason}` };
}

function property({ functionName, property: what, overview, state }: PropertyNode): Drawing {
  const { l10n } = vscode;
  const row = (label: string, image: string, description: string): Drawing => ({
    ...{ label, icon: icon(image), description },
    context: `property.${what}`,
  });
  const settings = {
    tooltip: l10n.t('Select it to change it.'),
    command: { command: COMMANDS.configureFunction, title: l10n.t('Function Settings…'), arguments: [functionName] },
  };
  switch (what) {
    case 'code': {
      const standing = codeStanding(overview);
      const drawing = row(
        l10n.t('Code'),
        'file-code',
        joined(standing && standingText(standing), kibText(state.codeBytes)),
      );
      if (standing !== 'differs') return drawing;
      const command = { command: COMMANDS.compareFunction, title: l10n.t('Compare'), arguments: [functionName] };
      return { ...drawing, tooltip: l10n.t('Select it to compare the two.'), command };
    }
    case 'condition':
      return row(l10n.t('State'), 'pulse', conditionText(state)?.long ?? l10n.t('not told'));
    case 'changed':
      return row(l10n.t('Changed'), 'calendar', timeText(state.lastModified));
    case 'memory':
      return { ...row(l10n.t('Memory'), 'chip', l10n.t('{0} MiB', state.memoryMb)), ...settings };
    case 'timeout':
      return { ...row(l10n.t('Timeout'), 'watch', l10n.t('{0} s', state.timeoutSeconds)), ...settings };
    case 'concurrency':
      return { ...row(l10n.t('Concurrency'), 'layers', concurrencyText(state)), ...settings };
    case 'environment': {
      // names alone: values may be secrets
      const names = Object.keys(state.environment).join(', ') || l10n.t('none');
      return { ...row(l10n.t('Environment'), 'symbol-variable', names), ...settings };
    }
    case 'runtime':
      return row(l10n.t('Runtime'), 'server-process', state.runtime);
  }
}

function version({ version: number, published, runsNow }: VersionNode): Drawing {
  const { l10n } = vscode;
  return {
    label: l10n.t('Version {0}', number),
    icon: icon(runsNow ? 'pass' : 'circle-large-outline'),
    description: joined(runsNow && l10n.t('runs now'), kibText(published.codeBytes), timeText(published.lastModified)),
    tooltip: published.description,
    context: runsNow ? 'version.now' : 'version',
  };
}
