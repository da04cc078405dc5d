import type { Disposable } from '../../base/lifecycle';
import type { Handlers } from '../../base/rpc';
import type { ActivityView, ResultsHostSide, ResultsState, ResultsViewMemory } from '../../protocol/results-view';
import type { JobOptions, RowStore } from './contract';
import { staleVersion, unknownStore } from './errors';
import { insertTarget } from './formats/insert';
import { ResultJobs } from './result-jobs';
import type { ResultsRun, RunStatement } from './results-run';
import { arrangementOf, copyOf, count, findQuery, flag, readWindow, text } from './view-requests';

/** What a panel does outside its view. */
export interface ResultsSessionPorts {
  sendState(state: ResultsState): void;
  sendActivity(activity: ActivityView | undefined): void;
  writeClipboard(text: string): Promise<void>;
  /** Asks for format and file, writes by `store`, shows progress. */
  exportRows(request: { store: RowStore; title: string; table: string; arranged: boolean }): Promise<void>;
  /** Takes the editor to an offset of the document, where `sql` stood. */
  goTo(place: { document: string; offset: number; statement: RunStatement }): Promise<void>;
  /** Undefined while nobody is there to run statements again. */
  runAgain():
    ((request: { origin: ResultsViewMemory; statements: RunStatement[]; all: boolean }) => Promise<void>) | undefined;
  /** Shows a plan in the plan viewer. */
  openPlan(plan: { statement: string; text: string; profileId: string | undefined }): Promise<void>;
  showLog(): void;
}

/** The least time between two snapshots to a view. */
const STATE_INTERVAL_MS = 80;
/** Characters of a value shown whole, and of text that the view itself puts on the clipboard. */
const MAX_CELL_LENGTH = 1_000_000;
const MAX_COPY_LENGTH = 50_000_000;
/** Rows of an answer that are read as a plan. */
const MAX_PLAN_LINES = 10_000;

/** What one panel shows, and the answers to its view. Requests of the view are checked here, whatever its types promise. */
export class ResultsSession implements Disposable {
  pinned = false;
  private run: ResultsRun | undefined;
  private runs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastState = 0;
  private readonly jobs: ResultJobs;

  /** `memory`: what the view kept over a restart of the window. */
  constructor(
    private readonly ports: ResultsSessionPorts,
    private readonly memory?: ResultsViewMemory,
  ) {
    this.jobs = new ResultJobs(activity => ports.sendActivity(activity));
  }

  get current(): ResultsRun | undefined {
    return this.run;
  }

  /** Shows a run in place of the former one, whose rows are given up. */
  show(run: ResultsRun): void {
    this.jobs.stopAll();
    void this.run?.close();
    this.run = run;
    this.runs++;
    this.changed();
  }

  /** Something of the state has changed: a snapshot goes out soon, at once when the last one is a while ago. */
  changed(): void {
    if (this.timer !== undefined) return;
    const wait = Math.max(0, this.lastState + STATE_INTERVAL_MS - performance.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.lastState = performance.now();
      this.ports.sendState(this.state());
    }, wait);
  }

  state(): ResultsState {
    const { run, memory } = this;
    const canRunAgain = this.ports.runAgain() !== undefined;
    const origin = run?.origin ?? memory;
    return {
      run: this.runs,
      title: origin?.title ?? '',
      ...(run && { target: run.origin.target }),
      ...(origin?.profileId !== undefined && { profileId: origin.profileId }),
      ...(origin?.document !== undefined && { document: origin.document }),
      gone: run === undefined,
      running: run?.running ?? false,
      cancelling: run?.cancelling ?? false,
      pinned: this.pinned,
      canRunAgain: canRunAgain && (run !== undefined || (memory?.statements.length ?? 0) > 0),
      statements: run?.views(canRunAgain) ?? [],
    };
  }

  handlers(): Handlers<ResultsHostSide> {
    const { ports } = this;
    return {
      load: () => this.state(),
      cells: async params => {
        const block = await this.storeOf(params).read(readWindow(params));
        // arranged anew while the cells were read
        this.storeOf(params);
        return block;
      },
      cell: params => this.storeOf(params).cell(count(params, 'row'), count(params, 'column'), MAX_CELL_LENGTH),
      arrange: params => this.arrange(params),
      find: params =>
        this.job(params, 'find', (store, options) =>
          store.find(
            {
              query: findQuery(params),
              from: { row: count(params.from, 'row'), column: count(params.from, 'column') },
              backwards: flag(params, 'backwards'),
            },
            options,
          ),
        ),
      stopActivity: params => this.jobs.stop(count(params, 'statement')),
      copy: async params => {
        const request = { ...copyOf(params), table: this.tableOf(params.statement) };
        const { text: copied, cells } = await this.job(params, 'copy', (store, options) =>
          store.copy(request, options),
        );
        await ports.writeClipboard(copied);
        return { cells };
      },
      copyText: async params => ports.writeClipboard(text(params, 'text', MAX_COPY_LENGTH)),
      export: async params => {
        const index = count(params, 'statement');
        const store = this.run?.recorders.get(index)?.store;
        if (!store || !this.run) throw unknownStore();
        const arranged = this.run.results[index]?.arrangement;
        await ports.exportRows({
          store,
          title: this.run.origin.title,
          table: this.tableOf(index),
          arranged: (arranged?.filters.length ?? 0) + (arranged?.sorts.length ?? 0) > 0,
        });
      },
      openPlan: params => this.openPlan(params),
      cancel: () => this.run?.cancel(),
      pin: params => {
        this.pinned = flag(params, 'pinned');
        this.changed();
      },
      goTo: params => this.goTo(count(params, 'statement'), flag(params, 'error')),
      runAgain: params =>
        this.runAgain(params.statement === undefined ? undefined : count(params, 'statement'), flag(params, 'all')),
      showLog: () => ports.showLog(),
    };
  }

  private async arrange(params: { statement: number }): Promise<void> {
    const index = count(params, 'statement');
    const result = this.run?.results[index];
    const store = this.run?.recorders.get(index)?.store;
    if (!result || !store) throw unknownStore();
    const arrangement = arrangementOf(params, result.columns.length);
    const { version } = result;
    const { rowCount } = await this.jobs.run(index, 'arrange', options => store.arrange(arrangement, options));
    if (result.version !== version) throw staleVersion();
    result.arranged(arrangement, arrangement.filters.length > 0 ? rowCount : undefined);
    this.changed();
  }

  private async job<R>(
    params: { statement: number; version: number },
    kind: ActivityView['kind'],
    work: (store: RowStore, options: JobOptions) => Promise<R>,
  ): Promise<R> {
    const store = this.storeOf(params);
    return this.jobs.run(params.statement, kind, options => work(store, options));
  }

  private async openPlan(params: { statement: number; version: number }): Promise<void> {
    const store = this.storeOf(params);
    const { run } = this;
    const rows = Math.min(run?.results[params.statement]?.rowsFetched ?? 0, MAX_PLAN_LINES);
    const lines: string[] = [];
    for (let row = 0; row < rows; row++) lines.push((await store.cell(row, 0, MAX_CELL_LENGTH)).value ?? '');
    const statement = run?.statements[params.statement]?.sql ?? '';
    await this.ports.openPlan({ statement, text: lines.join('\n'), profileId: run?.origin.profileId });
  }

  private storeOf(params: { statement: number; version: number }): RowStore {
    const index = count(params, 'statement');
    const result = this.run?.results[index];
    const store = this.run?.recorders.get(index)?.store;
    if (!result || !store) throw unknownStore();
    if (result.version !== params.version) throw staleVersion();
    return store;
  }

  private tableOf(statement: number): string {
    return insertTarget(this.run?.statements[statement]?.sql ?? '');
  }

  private async goTo(index: number, error: boolean): Promise<void> {
    const document = this.run?.origin.document;
    const statement = this.run?.statements[index];
    if (document === undefined || statement?.offset === undefined) return;
    const inside = error ? (this.run?.results[index]?.error?.place?.offset ?? 0) : 0;
    await this.ports.goTo({ document, offset: statement.offset + inside, statement });
  }

  private async runAgain(index: number | undefined, all: boolean): Promise<void> {
    const again = this.ports.runAgain();
    const { run, memory } = this;
    const statements = run?.statements ?? memory?.statements ?? [];
    const origin = run ? { ...run.origin, statements: [] } : memory;
    if (!again || !origin) return;
    const chosen = index === undefined ? [...statements] : statements.slice(index, index + 1);
    if (chosen.length > 0) await again({ origin, statements: chosen, all });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.jobs.stopAll();
    void this.run?.close();
  }
}
