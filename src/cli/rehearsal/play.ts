import type { AwsCall } from '../../local/aws/contract';
import { scripted, type ScriptedCall } from './captured';
import { differences, type Script } from './compare';
import { modelViolations, undeclared } from './requirements';
import { isBootstrapRole } from './bootstrap';
import { runCommand } from './run-command';
import type { Stage } from './stage';
import type { RehearsalStep } from './step';

/** What came of one step. */
export interface PlayedStep {
  id: string;
  title: string;
  /** Requests that were sent, retries and repeated looks among them. */
  requests: number;
  /** Each different one once, as a script keeps it. */
  calls: ScriptedCall[];
  /** What is not as it should be, in words; none when all held. */
  problems: string[];
  durationMs: number;
}

export interface PlayOptions {
  stage: Stage;
  steps: readonly RehearsalStep[];
  /** Undefined: what is sent is not compared, as when a script is recorded. */
  script: Script | undefined;
  signal: AbortSignal;
  /** After each step. */
  onStep(step: PlayedStep): void;
}

/** Plays the steps one after the other. A step that fails is told and ends the rehearsal, for what comes after builds on it. */
export async function play({ stage, steps, script, signal, onStep }: PlayOptions): Promise<PlayedStep[]> {
  const played: PlayedStep[] = [];
  for (const step of steps) {
    const result = await playStep(step, stage, script, signal);
    played.push(result.played);
    onStep(result.played);
    if (result.failed) break;
  }
  return played;
}

async function playStep(
  step: RehearsalStep,
  stage: Stage,
  script: Script | undefined,
  signal: AbortSignal,
): Promise<{ played: PlayedStep; failed: boolean }> {
  const from = stage.aws.calls.length;
  const startedAt = performance.now();
  const problems: string[] = [];
  try {
    await step.play({
      stage,
      cli: (...args) => runCommand(stage, args, signal),
      follow: (args, following) => runCommand(stage, args, signal, following),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    problems.push(error instanceof Error ? error.message : String(error));
  }
  const failed = problems.length > 0;
  const captured: AwsCall[] = stage.aws.calls.slice(from);
  const calls = scripted(step.ofCdk ? captured.map(withoutInput) : captured, {
    [stage.info.clusterId]: '<cluster>',
    [stage.aws.url]: '<endpoint>',
  });
  problems.push(
    ...modelViolations(captured, stage.aws),
    ...undeclared(step.ofCdk ? captured.filter(isTold) : captured, step.declared).map(
      call => `sent, and not among the calls that it says it makes: ${call}`,
    ),
  );
  if (script && !failed) {
    const wanted = script[step.id];
    problems.push(...(wanted ? differences(calls, wanted, step) : ['the script does not have this step: record it']));
  }
  const { id, title } = step;
  const durationMs = performance.now() - startedAt;
  return { played: { id, title, requests: captured.length, calls, problems, durationMs }, failed };
}

/** What the CDK writes into its requests is its own affair, and another in each of its versions. */
const withoutInput = (call: AwsCall): AwsCall => ({ ...call, input: {} });

/** Of the CDK's calls these are told before: what the user's own keys sign, and what changes the account. */
const isTold = ({ service, by = '' }: AwsCall): boolean => service === 'cloudformation' || !isBootstrapRole(by);

/** The steps named, and those they need, in their order. @throws RangeError naming the first that is unknown */
export function stepsNamed(all: readonly RehearsalStep[], names: readonly string[]): RehearsalStep[] {
  if (names.length === 0) return [...all];
  const wanted = new Set<string>();
  const want = (id: string): void => {
    const step = all.find(each => each.id === id);
    if (!step) throw new RangeError(id);
    for (const need of step.needs) want(need);
    wanted.add(id);
  };
  for (const name of names) want(name);
  return all.filter(({ id }) => wanted.has(id));
}
