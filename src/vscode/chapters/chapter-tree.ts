import * as vscode from 'vscode';
import type { Chapter, Step, StepStatus } from '../../core/chapters/contract';
import type { ErrorReporter } from '../errors';
import { COMMANDS, VIEWS } from '../contributions';
import { canReset, isInterrupted, type StepRecord } from './step-records';
import type { WorkshopSession } from './workshop-session';

/** A node of the tree of chapters. */
export type ChapterNode = { kind: 'chapter'; chapter: Chapter } | { kind: 'step'; chapter: Chapter; step: Step };

/** Changes that come together redraw the tree once. */
const QUIET_MS = 60;

/** The chapters with their steps; a click opens the guide there. */
export class ChapterTree implements vscode.TreeDataProvider<ChapterNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<ChapterNode>;
  private readonly subscriptions: { dispose(): void }[];
  private readonly nodes = new Map<string, ChapterNode>();
  private timer: NodeJS.Timeout | undefined;
  /** Another window runs chapters on the cluster. */
  private runsElsewhere = false;

  constructor(
    private readonly session: WorkshopSession,
    private readonly errors: ErrorReporter,
  ) {
    this.view = vscode.window.createTreeView(VIEWS.chapters, { treeDataProvider: this, showCollapseAll: true });
    this.subscriptions = [this.view, this.changed, session.onDidChange(() => this.redrawSoon())];
  }

  async getChildren(parent?: ChapterNode): Promise<ChapterNode[]> {
    try {
      const chapters = await this.session.chapters();
      this.runsElsewhere = await this.session.runsElsewhere();
      this.describeView(chapters);
      if (!parent) return chapters.map(chapter => this.node({ kind: 'chapter', chapter }));
      if (parent.kind === 'step') return [];
      return parent.chapter.steps.map(step => this.node({ kind: 'step', chapter: parent.chapter, step }));
    } catch (error) {
      this.errors.write(error);
      throw error;
    }
  }

  getParent(node: ChapterNode): ChapterNode | undefined {
    return node.kind === 'step' ? this.node({ kind: 'chapter', chapter: node.chapter }) : undefined;
  }

  getTreeItem(node: ChapterNode): vscode.TreeItem {
    return node.kind === 'chapter' ? this.chapterItem(node.chapter) : this.stepItem(node.chapter, node.step);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** One object a node, so that the editor keeps what is open and selected. */
  private node(node: ChapterNode): ChapterNode {
    const id = idOf(node);
    const known = this.nodes.get(id);
    if (known) return Object.assign(known, node);
    this.nodes.set(id, node);
    return node;
  }

  private chapterItem(chapter: Chapter): vscode.TreeItem {
    const { number, title, summary, steps, minutes, slug } = chapter;
    const item = new vscode.TreeItem(
      `${number} · ${title}`,
      steps.some(({ id }) => isBegun(this.session.record(slug, id))) && !isFinished(this.session, chapter)
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.id = idOf({ kind: 'chapter', chapter });
    const statuses = steps.map(({ id }) => this.session.status(slug, id));
    const done = statuses.filter(status => status === 'done').length;
    const progress = vscode.l10n.t('{0} of {1} steps done', done, steps.length);
    item.description = chapter.own
      ? `${done}/${steps.length} · ${vscode.l10n.t('your own')}`
      : `${done}/${steps.length}`;
    item.iconPath = iconOf(chapterStatus(statuses), true);
    item.tooltip = `${summary}\n${progress} · ${vscode.l10n.t('{0} minutes', minutes)}`;
    item.accessibilityInformation = { label: vscode.l10n.t('Chapter {0}, {1}, {2}', number, title, progress) };
    item.contextValue = 'chapter';
    item.command = { command: COMMANDS.openChapter, title: vscode.l10n.t('Open'), arguments: [slug] };
    return item;
  }

  private stepItem(chapter: Chapter, step: Step): vscode.TreeItem {
    const { slug } = chapter;
    const item = new vscode.TreeItem(step.title, vscode.TreeItemCollapsibleState.None);
    const record = this.session.record(slug, step.id);
    const { status, note, verified, wasDone } = record;
    item.id = idOf({ kind: 'step', chapter, step });
    const word = wordOf(status);
    const remark =
      note === 'lapsed'
        ? vscode.l10n.t('no longer done')
        : wasDone && !verified && status === 'done'
          ? this.session.isChecking
            ? vscode.l10n.t('done earlier, checking…')
            : vscode.l10n.t('done earlier')
          : status === 'skipped'
            ? vscode.l10n.t('skipped')
            : isInterrupted(record) && !this.runsElsewhere
              ? vscode.l10n.t('interrupted')
              : '';
    item.description = remark;
    item.iconPath = iconOf(status, verified || status !== 'done');
    const told = [...new Set([word, remark])].filter(Boolean);
    item.tooltip = told.join(' · ');
    item.accessibilityInformation = { label: [step.title, ...told].join(', ') };
    item.contextValue = ['step', status, ...(canReset(step, record) ? ['undoable'] : [])].join('.');
    item.command = { command: COMMANDS.openChapter, title: vscode.l10n.t('Open'), arguments: [slug, step.id] };
    return item;
  }

  private redrawSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire();
    }, QUIET_MS);
  }

  private describeView(chapters: readonly Chapter[]): void {
    const steps = chapters.flatMap(({ slug, steps: all }) => all.map(({ id }) => this.session.status(slug, id)));
    const { name, kind } = this.session.targets.current;
    const done = steps.filter(status => status === 'done').length;
    this.view.description = `${done}/${steps.length}${kind === 'aws' ? ` · ${name}` : ''}`;
  }
}

function idOf(node: ChapterNode): string {
  return node.kind === 'chapter' ? node.chapter.slug : `${node.chapter.slug}/${node.step.id}`;
}

const isBegun = (record: StepRecord): boolean => record.status !== 'pending' || isInterrupted(record);

const isFinished = (session: WorkshopSession, { slug, steps }: Chapter): boolean =>
  steps.every(({ id }) => ['done', 'skipped'].includes(session.status(slug, id)));

function chapterStatus(statuses: readonly StepStatus[]): StepStatus {
  for (const status of ['running', 'failed'] as const) if (statuses.includes(status)) return status;
  return statuses.every(status => status === 'done' || status === 'skipped') ? 'done' : 'pending';
}

function wordOf(status: StepStatus): string {
  switch (status) {
    case 'done':
      return vscode.l10n.t('done');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'running':
      return vscode.l10n.t('running');
    case 'skipped':
      return vscode.l10n.t('skipped');
    case 'pending':
      return vscode.l10n.t('not done');
  }
}

function iconOf(status: StepStatus, sure: boolean): vscode.ThemeIcon {
  const colour = (id: string) => new vscode.ThemeColor(id);
  switch (status) {
    case 'done':
      return sure ? new vscode.ThemeIcon('pass-filled', colour('testing.iconPassed')) : new vscode.ThemeIcon('pass');
    case 'failed':
      return new vscode.ThemeIcon('error', colour('testing.iconFailed'));
    case 'running':
      return new vscode.ThemeIcon('sync~spin');
    case 'skipped':
      return new vscode.ThemeIcon('debug-step-over', colour('testing.iconSkipped'));
    case 'pending':
      return new vscode.ThemeIcon('circle-large-outline');
  }
}
