import { placesOfArn, type KnownPlaces } from '../../core/aws/arns';
import { AWS_COMMANDS, isAwsCommand, type AwsCommand } from '../../core/aws/command-calls';
import { COMMAND_TITLES } from '../../core/aws/command-titles';
import { FUNCTION_PREFIX } from '../../core/lambda/names';
import { clusterIdOf } from '../../core/aws/preflight';
import { charactersOf, MAX_POLICY_CHARACTERS } from '../../core/aws/policy';
import { requestedPolicy, type PolicyRole } from '../../core/aws/policy-request';
import { CLUSTER_ID } from '../../core/connections/endpoint';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { chapterLibrary } from '../chapter-library';
import { namedTarget } from '../named-target';
import { textTable } from '../terminal/text-table';
import { selectChapters } from './run';

export interface PolicyCommandOptions {
  command?: string[];
  role: PolicyRole;
  /** A profile, for the ARNs; nothing is sent there. */
  target?: string;
  account?: string;
  region?: string;
  cluster?: string;
  function?: string;
  roleName?: string;
  /** Folder of further chapters. */
  chapters?: string;
  list?: boolean;
  json?: boolean;
}

/** `policy [chapter…]`: the IAM policy that chapters and commands need; nothing is sent to AWS. */
export function policy(names: readonly string[], options: PolicyCommandOptions, console: Console): ExitCode {
  if (options.list) return list(console);
  const commands = (options.command ?? []).map(commandNamed);
  const library = chapterLibrary(options.chapters);
  const target = options.target === undefined ? undefined : namedTarget(options.target, console.stderr);
  const functionPrefix = target?.lambda.functionPrefix ?? FUNCTION_PREFIX;
  const known: KnownPlaces = {
    ...(target && {
      ...placesOfArn(target.lambda.roleArn),
      region: target.region,
      cluster: clusterIdOf(target.endpoint),
    }),
    ...given(options, functionPrefix),
  };
  const document = requestedPolicy({
    chapters: names.length === 0 && commands.length > 0 ? [] : selectChapters(library, names),
    ...{ commands, role: options.role, library, functionPrefix, known },
  });
  console.stdout.write(`${JSON.stringify(document, undefined, options.json ? 0 : 2)}\n`);
  const text = JSON.stringify(document);
  const open = [...new Set(text.match(/\{[a-zA-Z]+\}/g) ?? [])];
  const hints = [
    ...(document.Statement.length === 0 ? ['Nothing of it needs a permission.'] : []),
    ...(open.length > 0 ? [`To be filled in: ${open.join(', ')}.`] : []),
    ...(charactersOf(document) > MAX_POLICY_CHARACTERS
      ? [`Longer than the ${MAX_POLICY_CHARACTERS} characters of a managed policy: ask for fewer chapters at a time.`]
      : []),
  ];
  if (!options.json) for (const hint of hints) console.stderr.write(`${console.errorStyle.dim(hint)}\n`);
  return EXIT.ok;
}

function list(console: Console): ExitCode {
  const rows = AWS_COMMANDS.map(command => [command, COMMAND_TITLES[command]]);
  console.stdout.write(`${textTable(['command', 'what it does'], rows).join('\n')}\n`);
  return EXIT.ok;
}

function commandNamed(name: string): AwsCommand {
  if (isAwsCommand(name)) return name;
  throw usageError(`there is no command "${name}"`, `Commands: ${AWS_COMMANDS.join(', ')}.`);
}

function given(options: PolicyCommandOptions, prefix: string): KnownPlaces {
  const { account, region, cluster, function: name, roleName } = options;
  if (account !== undefined && !/^\d{12}$/.test(account))
    throw usageError(`"${account}" is no account`, 'An AWS account has 12 digits.');
  if (cluster !== undefined && !CLUSTER_ID.test(cluster))
    throw usageError(`"${cluster}" is no id of a cluster`, 'It has 26 letters and digits: cluster list shows them.');
  return Object.fromEntries(
    Object.entries({
      account,
      region,
      cluster,
      role: roleName,
      function: name === undefined ? undefined : prefix + name,
    }).filter(([, value]) => value !== undefined),
  );
}
