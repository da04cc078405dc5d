import * as vscode from 'vscode';
import { describeErrorInLine } from '../../../base/errors';
import { REGION_NAME } from '../../../core/clusters/regions';
import type { ConnectionProfile, ProfileEnvironment } from '../../../core/connections/connection-profile';
import { parseEndpoint } from '../../../core/connections/endpoint';
import { parseConnectionText } from '../../../core/connections/pasted/parse';
import { freeName } from '../../../core/connections/profile-settings';
import type { AwsProfileSummary } from '../../../node/connections/aws-profiles';
import { applyText, suggestName, type Draft } from './draft';
import { askChoice, askText, runSteps, type Answer, type Step } from './steps';

/** What the wizard needs to ask well. */
export interface WizardContext {
  /** All profiles but the one being edited: their names are taken. */
  others: readonly ConnectionProfile[];
  awsProfiles(): Promise<AwsProfileSummary[]>;
}

const ROLE = /^[^\s"';]{1,63}$/;

/** Asks for everything a connection needs, step by step. @returns undefined when the user gave up. */
export async function askConnection(
  title: string,
  draft: Draft,
  context: WizardContext,
): Promise<Omit<ConnectionProfile, 'id'> | undefined> {
  const steps = [endpoint, region, awsProfileStep(context), user, environment, access, schema, name(context)];
  if (!(await runSteps(title, steps, draft))) return undefined;
  const { host, region: where, name: called } = draft;
  if (host === undefined || where === undefined || called === undefined) return undefined;
  const rest = { ...draft };
  delete rest.bareId;
  return {
    port: 5432,
    user: 'admin',
    readOnly: false,
    environment: 'development',
    ...rest,
    kind: 'aws',
    host,
    region: where,
    name: called,
  };
}

/** Puts an answer into the draft. */
function settle<T>(answer: Answer<T>, use: (value: T) => void): 'next' | 'back' | 'cancel' {
  if (answer === 'back' || answer === 'cancel') return answer;
  use(answer.value);
  return 'next';
}

const endpoint: Step<Draft> = {
  ask: async (draft, place) => {
    const answer = await askText(place, {
      prompt: vscode.l10n.t(
        'Endpoint or cluster id. You can also paste a psql or aws dsql command, a postgres:// or JDBC URL, or the JSON of get-cluster: passwords and tokens are dropped.',
      ),
      placeholder: '<id>.dsql.<region>.on.aws',
      value: draft.host ?? draft.bareId,
      validate: text => {
        if (text.trim() !== '' && text.trim() === draft.host) return undefined;
        try {
          const { host, clusterId, hostaddr } = parseConnectionText(text);
          const cluster = host ?? clusterId ?? '';
          const message =
            hostaddr === undefined
              ? vscode.l10n.t('Cluster {0}', cluster)
              : vscode.l10n.t('Cluster {0}, reached at {1}', cluster, hostaddr);
          return { message, severity: vscode.InputBoxValidationSeverity.Info };
        } catch (error) {
          return describeErrorInLine(error);
        }
      },
    });
    return settle(answer, text => applyText(draft, text));
  },
};

const region: Step<Draft> = {
  applies: draft => draft.bareId !== undefined,
  ask: async (draft, place) => {
    const answer = await askText(place, {
      prompt: vscode.l10n.t('Region of the cluster {0}', draft.bareId ?? ''),
      placeholder: 'us-east-1',
      value: draft.region,
      validate: text =>
        REGION_NAME.test(text.trim()) ? undefined : vscode.l10n.t('A Region looks like us-east-1 or eu-west-1.'),
    });
    return settle(answer, text => {
      const found = parseEndpoint(draft.bareId ?? '', text.trim());
      Object.assign(draft, { region: found.region, host: found.host });
    });
  },
};

/** What the lists of AWS profiles offer beside the profiles. */
const OTHER = Symbol('another name');

/** Asks which AWS profile signs; the default chain is one of the answers. */
export const awsProfileStep = <D extends { awsProfile?: string }>(
  context: Pick<WizardContext, 'awsProfiles'>,
): Step<D> => ({
  ask: async (draft, place) => {
    const known = await context.awsProfiles().catch(() => []);
    const items: (vscode.QuickPickItem & { value: string | typeof OTHER | undefined })[] = [
      {
        label: vscode.l10n.t('Default credentials'),
        detail: vscode.l10n.t('Environment, default profile, container or instance: what the AWS SDK finds.'),
        value: undefined,
      },
      ...known.map(profile => ({
        label: profile.name,
        description: [sourceText(profile.source), profile.account, profile.region].filter(Boolean).join(' · '),
        value: profile.name,
      })),
      { label: vscode.l10n.t('Another profile…'), value: OTHER },
    ];
    if (draft.awsProfile !== undefined && !known.some(profile => profile.name === draft.awsProfile))
      items.splice(1, 0, { label: draft.awsProfile, value: draft.awsProfile });
    const placeholder = vscode.l10n.t('AWS profile whose credentials sign the tokens');
    const chosen = await askChoice(place, { placeholder, items, active: draft.awsProfile });
    if (chosen === 'back' || chosen === 'cancel') return chosen;
    if (chosen.value !== OTHER) {
      draft.awsProfile = chosen.value;
      return 'next';
    }
    const typed = await askText(place, {
      prompt: vscode.l10n.t('Name of the AWS profile'),
      value: draft.awsProfile,
      validate: text => (text.trim() === '' ? vscode.l10n.t('Type a name.') : undefined),
    });
    if (typed === 'back') return awsProfileStep<D>(context).ask(draft, place);
    return settle(typed, text => (draft.awsProfile = text.trim()));
  },
});

function sourceText(source: AwsProfileSummary['source']): string {
  switch (source) {
    case 'sso':
      return 'SSO';
    case 'assume-role':
      return vscode.l10n.t('assumed role');
    case 'web-identity':
      return vscode.l10n.t('web identity');
    case 'process':
      return vscode.l10n.t('credential process');
    case 'keys':
      return vscode.l10n.t('access key');
    case 'login':
      return 'aws login';
    case 'other':
      return '';
  }
}

const user: Step<Draft> = {
  ask: async (draft, place) => {
    const answer = await askText(place, {
      prompt: vscode.l10n.t(
        'Database user: admin (needs dsql:DbConnectAdmin), or a role granted to your identity (needs dsql:DbConnect).',
      ),
      value: draft.user ?? 'admin',
      validate: text => (ROLE.test(text.trim()) ? undefined : vscode.l10n.t('Type the name of a database role.')),
    });
    return settle(answer, text => (draft.user = text.trim()));
  },
};

const environment: Step<Draft> = {
  ask: async (draft, place) => {
    const items: (vscode.QuickPickItem & { value: ProfileEnvironment })[] = [
      { label: `$(beaker) ${vscode.l10n.t('Development')}`, value: 'development' },
      { label: `$(checklist) ${vscode.l10n.t('Test')}`, value: 'test' },
      {
        label: `$(flame) ${vscode.l10n.t('Production')}`,
        detail: vscode.l10n.t('The status bar shows it in colour, and writes ask first.'),
        value: 'production',
      },
    ];
    const placeholder = vscode.l10n.t('What is this cluster for?');
    const answer = await askChoice(place, { placeholder, items, active: draft.environment ?? 'development' });
    return settle(answer, value => {
      if (value === 'production' && draft.environment !== 'production') draft.readOnly ??= true;
      draft.environment = value;
    });
  },
};

const access: Step<Draft> = {
  ask: async (draft, place) => {
    const items = [
      { label: `$(edit) ${vscode.l10n.t('Read and write')}`, value: false },
      {
        label: `$(lock) ${vscode.l10n.t('Read-only')}`,
        detail: vscode.l10n.t('The server refuses writes. A switch in the status bar lifts it.'),
        value: true,
      },
    ];
    const placeholder = vscode.l10n.t('What may statements do?');
    const answer = await askChoice(place, { placeholder, items, active: draft.readOnly ?? false });
    return settle(answer, value => (draft.readOnly = value));
  },
};

const schema: Step<Draft> = {
  ask: async (draft, place) => {
    const answer = await askText(place, {
      prompt: vscode.l10n.t('Schema to look in first. Leave it empty for the default, public.'),
      placeholder: 'public',
      value: draft.schema,
      validate: text => (text.trim().length <= 63 ? undefined : vscode.l10n.t('A name has at most 63 characters.')),
    });
    return settle(answer, text => (draft.schema = text.trim() || undefined));
  },
};

const name = (context: WizardContext): Step<Draft> => ({
  ask: async (draft, place) => {
    const taken = new Set(context.others.map(profile => profile.name));
    const answer = await askText(place, {
      prompt: vscode.l10n.t('Name of the connection'),
      value: draft.name ?? freeName(suggestName(draft), context.others),
      validate: text => {
        if (text.trim() === '') return vscode.l10n.t('Type a name.');
        return taken.has(text.trim()) ? vscode.l10n.t('Another connection is called so.') : undefined;
      },
    });
    return settle(answer, text => (draft.name = text.trim()));
  },
});
