import * as vscode from 'vscode';
import { ASK_FIRST, asksFirst, placesOfConnection, preflightLines, preflightOf } from '../../core/aws/preflight';
import type { AskFirst } from '../../core/aws/preflight';
import type { KnownPlaces } from '../../core/aws/arns';
import { accountOf } from '../../core/aws/caller';
import { callsOf, type AwsCommand } from '../../core/aws/command-calls';
import { FUNCTION_PREFIX } from '../../core/lambda/names';
import { policyOf } from '../../core/aws/policy';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';
import type { CallerOf } from './callers';
import { showPolicyDocument } from './policy-document';
import { askInDialog } from '../webviews/focused-view';

export interface PreflightRequest {
  /** One, or several that are done together. */
  command: AwsCommand | readonly AwsCommand[];
  profile: ConnectionProfile;
  callerOf: CallerOf;
  /** “Deploy transfer to bank?” */
  question: string;
  /** The button. */
  proceed: string;
  /** Of the function it is about, without the prefix that AWS targets put before it. */
  functionName?: string;
  /** What is known beyond the connection. */
  known?: KnownPlaces;
  /** Sentences. */
  cost?: readonly string[];
}

/**
 * Shows who calls and what a command will call in AWS, and asks, as often as the user's setting wants it; “Show Policy” opens what it needs and gives the
 * command up. Never asks on the local cluster.
 */
export async function preflight(request: PreflightRequest): Promise<boolean> {
  const { command, profile, question, proceed, functionName, cost } = request;
  const calls = [command].flat().flatMap(callsOf);
  if (!asksFirst(askFirst(), profile, calls)) return true;
  const caller = await request.callerOf(profile);
  const known = {
    ...placesOfConnection(profile),
    ...(functionName !== undefined && { function: FUNCTION_PREFIX + functionName }),
    ...request.known,
  };
  const detail = preflightLines(preflightOf(calls, known, { caller, host: profile.host, ...(cost && { cost }) })).join(
    '\n',
  );
  const show = vscode.l10n.t('Show Policy');
  const answer = await askInDialog(question, { detail }, proceed, show);
  if (answer === show) await showPolicyDocument(policyOf(calls, { account: accountOf(caller), ...known }));
  return answer === proceed;
}

function askFirst(): AskFirst {
  const value = vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.askFirst);
  return ASK_FIRST.find(each => each === value) ?? 'changes';
}
