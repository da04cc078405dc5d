import { CodedError } from '../../base/errors';
import type { Chapter } from '../../core/chapters/contract';
import type { DatabasePort } from '../../core/sql/database-port';
import { droppedTables } from '../../core/chapters/dropped-tables';
import { dropTables, foreignTables, foreignTableText } from '../../core/chapters/foreign-tables';
import { createChapterPorts } from '../../node/chapters/ports';
import { openCodeFolder, sourcesOf } from '../../node/workspace/folder';
import type { Target } from '../../node/target';
import { runStress } from '../../stress/controller';
import { regionPrice } from '../../core/cost/prices';
import { agree, type Agreement } from '../agreement';
import { callerLinesOn } from '../caller';
import { chapterLibrary } from '../chapter-library';
import type { Console } from '../console';
import { EXIT, type ExitCode } from '../exit-codes';
import { usageError } from '../failure';
import { Interrupt } from '../interrupt';
import { JsonReport } from '../json-report';
import { openForRun } from '../open-target';
import { sharedRuns } from '../shared-runs';
import { runChapters, stepsOfRun } from '../run-chapters';
import { solutionHint } from '../solution-hint';
import { TerminalReport } from '../terminal/terminal-report';

export interface RunCommandOptions {
  full?: boolean;
  target: string;
  dataDir?: string;
  json?: boolean;
  /** Do not ask, neither before AWS bills nor before a table of the user's is dropped. */
  yes?: boolean;
  /** The learner's folder, whose code is deployed. */
  code?: string;
  /** Folder of further chapters; without names, they alone are run. */
  chapters?: string;
}

/** `run [chapter…]`: exit code 0 only if every check held. @throws CodedError `CODE_FOLDER_UNKNOWN` */
export async function run(names: string[], options: RunCommandOptions, console: Console): Promise<ExitCode> {
  const folder = options.code === undefined ? undefined : openCodeFolder(options.code);
  const chapters = chapterLibrary(options.chapters);
  const selected = selectChapters(chapters, names);
  if (options.chapters !== undefined && names.length === 0)
    selected.splice(0, selected.length, ...chapters.filter(({ own }) => own));
  const report = options.json
    ? new JsonReport(line => console.stdout.write(line))
    : new TerminalReport(console.stdout, console.style);
  const interrupt = new Interrupt(() => !options.json && console.stderr.write('\nStopping…\n'));
  const started = performance.now();
  try {
    const opened = await openForRun(options.target, options.dataDir, interrupt.signal, console.stderr);
    const lost = new AbortController();
    let loss: CodedError | undefined;
    opened.onLost(error => {
      loss = error;
      lost.abort();
    });
    const ports = createChapterPorts(opened.target, runStress, folder && sourcesOf(() => folder), sharedRuns());
    try {
      if (opened.target.kind === 'aws')
        await agree(await agreementOn(opened.target, chapters, options.yes, interrupt.signal), console);
      else if (!opened.fresh)
        await agreeToDrops(ports.database, { chapters, selected, yes: options.yes }, interrupt.signal, console);
      report.targetOpened(opened.target, performance.now() - started, opened.fresh);
      const summaries = await runChapters({
        chapters,
        selected,
        ports,
        figure: number => (options.full ? number.full : number.laptop),
        fresh: opened.fresh,
        report,
        signal: AbortSignal.any([interrupt.signal, lost.signal]),
      });
      const hint = folder && solutionHint(summaries, folder, options.code ?? '');
      if (hint !== undefined && !options.json) console.stdout.write(`  ${hint}\n`);
      return summaries.every(({ status }) => status === 'passed') ? EXIT.ok : EXIT.failed;
    } catch (error) {
      throw loss ?? error;
    } finally {
      // the cluster first: connections to a cluster that is gone close at once
      await Promise.all([opened.close(), ports.close()]);
    }
  } finally {
    interrupt.dispose();
  }
}

async function agreementOn(
  target: Target,
  chapters: readonly Chapter[],
  yes: boolean | undefined,
  signal: AbortSignal,
): Promise<Agreement> {
  const { endpoint, region } = target;
  return {
    lines: [
      ...(await callerLinesOn(target, signal)),
      `Chapters run on ${endpoint}, in AWS. They create, fill and drop roles, indexes, Lambda functions and these tables, which are lost if`,
      `they are there: ${droppedTables(chapters).join(', ')}, lesson_….`,
      `AWS bills DPUs ($${regionPrice(region).price.usdPerMillionDpu} per million in ${region}) and Lambda invocations.`,
    ],
    question: 'Run them there?',
    code: 'RUN_NOT_CONFIRMED',
    yes,
  };
}

/** Drops, after asking, tables in the way that no chapter made. @throws CodedError `CANCELLED`, `TABLES_NOT_THE_WORKSHOPS` where nobody can answer */
async function agreeToDrops(
  database: DatabasePort,
  { chapters, selected, yes }: { chapters: readonly Chapter[]; selected: readonly Chapter[]; yes: boolean | undefined },
  signal: AbortSignal,
  console: Console,
): Promise<void> {
  const tables = await foreignTables(database, stepsOfRun(chapters, selected), chapters, signal);
  if (tables.length === 0) return;
  const code = 'TABLES_NOT_THE_WORKSHOPS';
  const names = tables.map(({ name }) => name).join(', ');
  await agree(
    {
      lines: [
        `These tables are not the workshop's, and the chapters drop them:`,
        ...tables.map(table => `  ${foreignTableText(table)}`),
      ],
      question: 'Drop them?',
      code,
      yes,
      refusal: new CodedError(code, `tables that are not the workshop's would be dropped: ${names}`, {
        nextStep: 'Rename them, run on a fresh cluster (leave --data-dir out), or repeat the command with --yes.',
      }),
    },
    console,
  );
  await dropTables(database, tables, signal);
}

/** Chapters by number or folder name, in their order, each once; all without a name. */
export function selectChapters(chapters: readonly Chapter[], names: readonly string[]): Chapter[] {
  if (names.length === 0) return [...chapters];
  const chosen = new Set(
    names.map(name => {
      // a chapter of the user's may have the number of one of the workshop's: the user's is meant
      const chapter = chapters.findLast(
        ({ number, slug }) => slug === name || (/^\d+$/.test(name) && number === Number(name)),
      );
      if (chapter) return chapter;
      throw usageError(
        `there is no chapter "${name}"`,
        `Chapters: ${chapters.map(({ number, slug }) => `${number} (${slug})`).join(', ')}.`,
      );
    }),
  );
  return chapters.filter(chapter => chosen.has(chapter));
}
