import fs from 'node:fs';
import path from 'node:path';
import { clusterHost } from '../../core/connections/endpoint';
import { productRoot } from '../../node/assets';
import { makeFolder } from '../../node/files/make-folder';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { textOfFile } from '../given-file';
import { Interrupt } from '../interrupt';
import { checkOutputs } from '../output-files';
import { faultScenarios } from '../rehearsal/fault-scenarios';
import { rehearseFaults, type FaultOutcome } from '../rehearsal/faults';
import type { Script } from '../rehearsal/compare';
import { play, stepsNamed, type PlayedStep } from '../rehearsal/play';
import { hasCdk } from '../rehearsal/stack-steps';
import { openStage } from '../rehearsal/stage';
import { notRehearsed } from '../rehearsal/not-rehearsed';
import type { RehearsalStep } from '../rehearsal/step';
import { rehearsalSteps } from '../rehearsal/steps';
import { untilStopped } from '../stopping';
import { count, duration } from '../terminal/figures';

export interface RehearseOptions {
  /** Steps by id; all when undefined. */
  step?: string[];
  list?: boolean;
  /** Each call fails once in place of the steps. */
  faults?: boolean;
  json?: boolean;
  /** File that what is sent is compared with; the product's own when undefined. */
  script?: string;
  /** File that what is sent is written to: steps that were played, over those that it has. True: the product's own. */
  record?: string | true;
}

/** The script that comes with the sources. */
export const scriptFile = (): string => path.join(productRoot(), 'test', 'fixtures', 'rehearsal', 'aws-path.json');

/** `rehearse`: the whole AWS path against the local services. Exit code 1 when a step failed or anything was sent that should not be. */
export async function rehearse(options: RehearseOptions, console: Console): Promise<ExitCode> {
  const all = rehearsalSteps();
  if (options.list) return list(all, console);
  if (options.faults) return faults(options, console);
  const steps = named(all, options.step ?? []);
  if (typeof options.record === 'string') checkOutputs([options.record]);
  const { script, note } =
    options.record === undefined ? await readScript(options.script) : { script: undefined, note: undefined };
  const interrupt = new Interrupt();
  const startedAt = performance.now();
  try {
    const stage = await openStage(interrupt.signal);
    try {
      const onStep = (step: PlayedStep): void => console.stdout.write(stepText(step, options, console));
      const played = await play({ stage, steps, script, signal: interrupt.signal, onStep });
      const ok = played.length === steps.length && played.every(({ problems }) => problems.length === 0);
      const missed = steps.slice(played.length).map(({ id }) => id);
      const recorded = ok && options.record !== undefined ? record(options.record, played) : undefined;
      const durationMs = performance.now() - startedAt;
      console.stdout.write(
        options.json
          ? `${JSON.stringify({ event: 'finished', ok, notRehearsed: missed, outside: outside(), compared: script !== undefined, recorded, durationMs: Math.round(durationMs) })}\n`
          : endText({ ok, missed, note, recorded, played, durationMs }, console),
      );
      return ok ? EXIT.ok : EXIT.failed;
    } finally {
      await untilStopped(stage.close(), console.stderr);
    }
  } finally {
    interrupt.dispose();
  }
}

/** `rehearse --faults`: exit code 1 when what somebody is told of a failure would not help. */
async function faults({ json, step: names }: RehearseOptions, console: Console): Promise<ExitCode> {
  const scenarios = faultScenarios();
  const unknown = names?.find(name => !scenarios.some(({ id }) => id === name));
  if (unknown !== undefined)
    throw usageError(`no faults are played in "${unknown}"`, `In these: ${scenarios.map(({ id }) => id).join(', ')}.`);
  const interrupt = new Interrupt();
  const { style } = console;
  try {
    const stage = await openStage(interrupt.signal);
    try {
      stage.useCluster(clusterHost(stage.info.clusterId, stage.info.region));
      const onOutcome = (outcome: FaultOutcome): void =>
        console.stdout.write(json ? `${JSON.stringify({ event: 'fault', ...outcome })}\n` : faultText(outcome, style));
      const outcomes = await rehearseFaults(
        stage,
        scenarios,
        onOutcome,
        interrupt.signal,
        (_call, _fault, scenario) => names === undefined || names.includes(scenario),
      );
      return outcomes.every(({ problems }) => problems.length === 0) ? EXIT.ok : EXIT.failed;
    } finally {
      await untilStopped(stage.close(), console.stderr);
    }
  } finally {
    interrupt.dispose();
  }
}

function faultText({ call, fault, exitCode, told, problems }: FaultOutcome, style: Console['style']): string {
  const mark = problems.length === 0 ? style.green('✔') : style.red('✘');
  const said = told.slice(Math.max(0, told.lastIndexOf('error: '))).trim();
  const lines = exitCode === EXIT.ok ? [] : said.split('\n').map(line => `    ${style.dim(line)}`);
  const outcome = exitCode === EXIT.ok ? 'went on' : `exit code ${exitCode}`;
  return [`${mark} ${call}, ${fault}: ${outcome}`, ...lines, ...problems.map(problem => `    ✘ ${problem}`), ''].join(
    '\n',
  );
}

function named(all: readonly RehearsalStep[], names: readonly string[]): RehearsalStep[] {
  try {
    return stepsNamed(all, names);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(`there is no step "${error.message}"`, `Steps: ${all.map(({ id }) => id).join(', ')}.`);
  }
}

function list(steps: readonly RehearsalStep[], console: Console): ExitCode {
  const width = Math.max(...steps.map(({ id }) => id.length));
  for (const { id, title } of steps) console.stdout.write(`${id.padEnd(width)}  ${title}\n`);
  for (const line of outsideLines()) console.stdout.write(`${line}\n`);
  return EXIT.ok;
}

const outside = () => notRehearsed(hasCdk());

const outsideLines = (): string[] => {
  const lines = outside().map(({ what, why }) => `  ${what}: ${why}`);
  return lines.length === 0 ? [] : ['Not rehearsed here:', ...lines];
};

async function readScript(file: string | undefined): Promise<{ script: Script | undefined; note: string | undefined }> {
  const from = file ?? scriptFile();
  if (file === undefined && !fs.existsSync(from))
    return {
      script: undefined,
      note: 'Not compared with a script: there is none beside this installation (--script).',
    };
  const text = await textOfFile(from, 'Name a script, or write one with --record.');
  try {
    return { script: JSON.parse(text) as Script, note: undefined };
  } catch (error) {
    throw usageError(`${from} is no script: ${(error as Error).message}`, 'Write one with --record.');
  }
}

function record(to: string | true, played: readonly PlayedStep[]): string {
  const file = to === true ? scriptFile() : path.resolve(to);
  const known = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Script) : {};
  const script: Script = { ...known, ...Object.fromEntries(played.map(({ id, calls }) => [id, calls])) };
  makeFolder(path.dirname(file));
  fs.writeFileSync(file, `${JSON.stringify(script, undefined, 2)}\n`);
  return file;
}

function stepText(step: PlayedStep, { json }: RehearseOptions, { style }: Console): string {
  if (json) return `${JSON.stringify({ event: 'step', ...step, durationMs: Math.round(step.durationMs) })}\n`;
  const { id, title, requests, problems, durationMs } = step;
  const mark = problems.length === 0 ? style.green('✔') : style.red('✘');
  const figures = style.dim(
    `${id}: ${count(requests)} ${requests === 1 ? 'request' : 'requests'}, ${duration(durationMs)}`,
  );
  return [`${mark} ${title}  ${figures}`, ...problems.map(problem => `    ${problem}`), ''].join('\n');
}

interface End {
  ok: boolean;
  missed: readonly string[];
  note: string | undefined;
  recorded: string | undefined;
  played: readonly PlayedStep[];
  durationMs: number;
}

function endText({ ok, missed, note, recorded, played, durationMs }: End, { style }: Console): string {
  const sent = played.reduce((sum, { requests }) => sum + requests, 0);
  const lines = [
    '',
    ok
      ? style.green(
          `${count(played.length)} steps, ${count(sent)} requests, ${duration(durationMs)}: all as they should be.`,
        )
      : style.red('Not all was as it should be.'),
    ...(missed.length > 0 ? [`Not rehearsed: ${missed.join(', ')}.`] : []),
    ...(note === undefined ? [] : [note]),
    ...(recorded === undefined ? [] : [`Recorded in ${recorded}; look at what changed before you keep it.`]),
    ...outsideLines(),
    'Not proven here: that AWS answers as the stand-in does, and what IAM allows.',
  ];
  return `${lines.join('\n')}\n`;
}
