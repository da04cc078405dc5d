import path from 'node:path';
import type { ActionOutcome, Chapter, CheckOutcome, RunnerEvent, StepOutcome } from '../../core/chapters/contract';
import { isRepository } from '../../node/assets';
import type { Target } from '../../node/target';
import type { ChapterSummary, RunReport } from '../run-report';
import { duration } from './figures';
import { ProgressLine, type Screen } from './progress-line';
import { resultLines } from './result-text';
import { printable, type Style } from './style';
import { textTable } from './text-table';

/** From here where it lies below, else from the root. */
function shortest(file: string): string {
  const relative = path.relative('', file);
  return relative.startsWith('..') ? file : relative;
}

/** A run as a person reads it. */
export class TerminalReport implements RunReport {
  private readonly progress: ProgressLine;

  constructor(
    private readonly screen: Screen,
    private readonly style: Style,
  ) {
    this.progress = new ProgressLine(screen, style);
  }

  targetOpened(target: Target, startedMs: number, fresh: boolean): void {
    const what =
      target.kind === 'aws'
        ? `Cluster ${target.endpoint} in AWS. What runs there is billed to its account.`
        : `${fresh ? 'Fresh local' : 'Local'} cluster at ${target.endpoint}:${target.port}, ready in ${duration(startedMs)}`;
    this.line(this.style.dim(what));
  }

  resetting(chapter: Chapter): void {
    this.line(this.style.dim(`Undoing what an earlier run of chapter ${chapter.number} may have left`));
  }

  preparing(chapter: Chapter): void {
    this.line(`\n${this.style.dim(`Preparing what chapter ${chapter.number} builds on`)}`);
  }

  chapterStarted({ number, title, summary, directory }: Chapter): void {
    this.line(`\n${this.style.bold(`Chapter ${number} · ${title}`)}`);
    this.line(`  ${this.style.dim(summary)}`);
    this.line(`  ${this.style.dim(`Its text: ${printable(shortest(path.join(directory, 'chapter.md')))}`)}`);
  }

  event(event: RunnerEvent): void {
    switch (event.type) {
      case 'step-started':
        this.line(`\n  ${this.style.cyan('▸')} ${event.step.title}`);
        break;
      case 'action-started':
        if (this.screen.isTTY) this.progress.show({ text: event.title });
        break;
      case 'progress':
        this.progress.show(event.progress);
        break;
      case 'action-finished':
        this.actionFinished(event.outcome, event.title);
        break;
      case 'check-finished':
        this.checkFinished(event.outcome);
        break;
      case 'step-finished':
        this.stepFinished(event.outcome);
        break;
      case 'step-undone':
      // undoing is no part of what is shown
    }
  }

  finished(chapters: ChapterSummary[], durationMs: number): void {
    const words = { passed: 'passed', failed: 'FAILED', 'not-run': 'not run' };
    const rows = chapters.map(({ chapter, status, checks, checksHeld, durationMs: ms }) => [
      `${chapter.number} ${chapter.title}`,
      words[status],
      `${checksHeld} of ${checks}`,
      status === 'not-run' ? '–' : duration(ms),
    ]);
    this.line('');
    for (const [i, line] of textTable(['chapter', 'result', 'checks held', 'time'], rows).entries()) {
      const status = chapters[i - 2]?.status;
      this.line(
        `  ${status === 'passed' ? this.style.green(line) : status === 'failed' ? this.style.red(line) : line}`,
      );
    }
    const passed = chapters.every(({ status }) => status === 'passed');
    this.line('');
    this.line(
      passed
        ? `${this.style.green('✔')} Every check held, ${duration(durationMs)} in all.`
        : `${this.style.red('✘')} A step failed, ${duration(durationMs)} in all. Look at the first ✘ above.`,
    );
    if (passed && isRepository()) this.line(`  Open the workshop in VS Code: ${this.style.bold('npm run code')}`);
  }

  private actionFinished({ ok, result, error, durationMs }: ActionOutcome, title: string): void {
    this.progress.clear();
    const mark = ok ? this.style.dim('·') : this.style.red('✘');
    this.line(`    ${mark} ${printable(title)} ${this.style.dim(duration(durationMs))}`);
    const lines = error
      ? [
          `${error.sqlstate ? `${error.sqlstate} ` : ''}${error.message}`,
          error.detail && `DETAIL: ${error.detail}`,
          error.hint && `HINT: ${error.hint}`,
          error.nextStep,
          error.log,
        ]
      : resultLines(result);
    for (const text of lines.filter(line => line !== undefined && line !== '')) {
      for (const line of printable(text ?? '').split('\n'))
        this.line(`        ${ok ? this.style.dim(line) : this.style.red(line)}`);
    }
  }

  private checkFinished({ check, held, expected, actual, nextStep }: CheckOutcome): void {
    const mark = held ? this.style.green('✔') : this.style.red('✘');
    this.line(`    ${mark} ${printable(check.describe)}`);
    const paint = held ? this.style.dim : this.style.red;
    const below = (text: string): string => printable(text).replaceAll('\n', `\n${' '.repeat(18)}`);
    this.line(`        ${this.style.dim(`expected  ${below(expected)}`)}`);
    this.line(`        ${paint(`actual    ${below(actual)}`)}`);
    if (nextStep !== undefined) this.line(`        next      ${printable(nextStep)}`);
  }

  private stepFinished({ status }: StepOutcome): void {
    if (status === 'failed') this.line(`    ${this.style.red('The step failed.')}`);
  }

  private line(text: string): void {
    this.progress.clear();
    this.screen.write(`${text}\n`);
  }
}
