import type { Progress } from '../../core/chapters/contract';
import { liveFigures } from './stress-text';
import type { Style } from './style';

/** Where text goes: a terminal, a pipe, or a test's buffer. */
export interface Screen {
  isTTY: boolean;
  columns: number;
  write(text: string): void;
  /** A terminal that cannot take back what it has drawn, as an editor's shell window: `TERM=dumb`. */
  dumb?: boolean;
}

/** The widest that leaves room for the figures is drawn. */
const BAR_WIDTHS = [24, 12, 0] as const;
const REDRAW_INTERVAL_MS = 80;
const PLAIN_INTERVAL_MS = 5_000;

/** One line of progress: redrawn in place on a terminal that can; elsewhere a plain line now and then. */
export class ProgressLine {
  private lastAt = -Infinity;
  private drawn = false;

  constructor(
    private readonly screen: Screen,
    private readonly style: Style,
    private readonly now: () => number = () => performance.now(),
  ) {}

  private get redraws(): boolean {
    return this.screen.isTTY && this.screen.dumb !== true;
  }

  show(progress: Progress): void {
    const at = this.now();
    if (at - this.lastAt < (this.redraws ? REDRAW_INTERVAL_MS : PLAIN_INTERVAL_MS)) return;
    const first = this.lastAt === -Infinity;
    this.lastAt = at;
    if (!this.redraws) {
      // short work needs no line of progress in a log
      if (!first) this.screen.write(`      ${this.plain(progress)}\n`);
      return;
    }
    const room = Math.max(1, this.screen.columns - 7);
    const width = BAR_WIDTHS.find(each => this.plain(progress, each).length <= room) ?? 0;
    const plain = this.plain(progress, width);
    this.screen.write(`\r\u001b[2K      ${plain.length > room ? plain.slice(0, room) : this.colored(progress, width)}`);
    this.drawn = true;
  }

  /** Takes the line away, so that what is printed next starts in an empty line. */
  clear(): void {
    if (this.drawn) this.screen.write('\r\u001b[2K');
    this.drawn = false;
    this.lastAt = -Infinity;
  }

  private plain(progress: Progress, barWidth: number = BAR_WIDTHS[0]): string {
    return this.parts(progress, barWidth, text => text).join(' ');
  }

  private colored(progress: Progress, barWidth: number): string {
    return this.parts(progress, barWidth, text => this.style.cyan(text)).join(' ');
  }

  private parts({ text, fraction, snapshot }: Progress, barWidth: number, paint: (text: string) => string): string[] {
    const figures = snapshot ? liveFigures(snapshot) : text;
    if (fraction === undefined) return [figures];
    const share = Math.min(1, Math.max(0, fraction));
    const full = Math.round(share * barWidth);
    const bar = `${paint('█'.repeat(full))}${'░'.repeat(barWidth - full)}`;
    return [...(barWidth > 0 ? [bar] : []), `${Math.floor(share * 100)}%`.padStart(4), figures];
  }
}
