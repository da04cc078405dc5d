import * as vscode from 'vscode';
import { DisposableStore, type Closeable } from '../../base/lifecycle';
import { RpcChannel, type Handlers } from '../../base/rpc';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import { monthStartMs, type MeteredUsage, type UsageMeter } from '../../core/cost/metered';
import { comparisonSection, estimateSection, meteredSections, reportText } from '../../core/cost/report';
import { estimateRun, LOCAL_NOTE, type MeasuredStatement } from '../../core/cost/run-estimate';
import { measureStatements } from '../../core/plan/statement-dpu';
import { transferStatements } from '../../core/cost/transfer-statements';
import { NO_SINK, rolledBack } from '../../core/sql/rolled-back';
import type { CostHostSide, CostReport, CostSection, CostViewSide, CostViewState } from '../../protocol/cost-view';
import type { Connections } from '../connections/connections';
import { SETTINGS, SETTINGS_SECTION } from '../contributions';
import { isCancellation, type ErrorReporter } from '../errors';
import { errorView } from '../webviews/error-view';
import { panelIcon } from '../webviews/panel-icon';
import { panelPort } from '../webviews/panel-port';
import { panelVisibility } from '../webviews/panel-visibility';
import { showView } from '../webviews/view-page';
import { copyText } from '../webviews/view-texts';
import { configuredPrices, priceWarnings } from './price-settings';

export interface CostPanelContext {
  extensionUri: vscode.Uri;
  errors: ErrorReporter;
  connections: Connections;
  /** CloudWatch with an AWS profile's credentials. Close it after use. */
  usageMeter(awsProfile: string | undefined): Promise<UsageMeter & Closeable>;
}

const HOUR_MS = 3_600_000;
/** CloudWatch's own figures come once a minute, and each look is billed. */
const LOOK_EVERY_MS = 60_000;
const MAX_TRANSACTIONS = 1e12;

/** One panel on what one profile's cluster costs. */
export class CostPanel {
  private readonly store = new DisposableStore();
  private readonly channel: RpcChannel<CostHostSide, CostViewSide>;
  private readonly closing = new AbortController();
  private readonly isVisible: () => boolean;
  private usage: MeteredUsage | undefined;
  private measured: MeasuredStatement[] | undefined;
  private transactions = 1_000_000;
  private busy = 0;
  private error: CostViewState['error'];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    readonly profile: ConnectionProfile,
    private readonly context: CostPanelContext,
  ) {
    this.isVisible = panelVisibility(panel);
    panel.title = vscode.l10n.t('Cost: {0}', profile.name);
    panel.iconPath = panelIcon(context.extensionUri, 'cost');
    this.channel = this.store.add(
      new RpcChannel<CostHostSide, CostViewSide>(panelPort(panel, context.errors), this.handlers()),
    );
    panel.onDidChangeViewState(() => {
      this.send();
      this.schedule();
    });
    const prices = vscode.workspace.onDidChangeConfiguration(
      change => change.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.prices}`) && this.send(),
    );
    panel.onDidDispose(() => {
      clearTimeout(this.timer);
      this.closing.abort();
      prices.dispose();
      this.store.dispose();
    });
    showView(panel.webview, context.extensionUri, 'cost', 'DSQL Cost');
    void this.refresh();
  }

  /** Looks at CloudWatch; nothing to do for the local cluster. */
  async refresh(): Promise<void> {
    if (this.profile.kind === 'local') return this.send();
    await this.work(async () => {
      const { host, region, awsProfile } = this.profile;
      const meter = await this.context.usageMeter(awsProfile);
      try {
        const nowMs = Date.now();
        const identifier = host.split('.')[0] ?? '';
        const range = { fromMs: monthStartMs(nowMs), toMs: nowMs, periodMs: HOUR_MS };
        this.usage = await meter.usage({ region, identifier }, range, this.closing.signal);
      } finally {
        await meter.close();
      }
    });
    this.schedule();
  }

  /** Explains a transfer's statements in a transaction that is rolled back. */
  private async measure(): Promise<void> {
    await this.work(async () => {
      const { connections } = this.context;
      const { signal } = this.closing;
      const session = await connections.openSession(this.profile, signal);
      try {
        const statements = await transferStatements({
          query: sql => connections.query(this.profile, sql, [], signal),
        });
        this.measured = await measureStatements(statements, all =>
          rolledBack(session, signal, async () => {
            const answers: { rows: (string | null)[][] }[] = [];
            for (const sql of all) {
              const rows: (string | null)[][] = [];
              await session.run(sql, { ...NO_SINK, rows: more => void rows.push(...more) }, { signal });
              answers.push({ rows });
            }
            return answers;
          }),
        );
      } finally {
        await session.close();
      }
    });
  }

  private async work(work: () => Promise<void>): Promise<void> {
    this.busy++;
    this.send();
    try {
      await work();
      this.error = undefined;
    } catch (error) {
      if (isCancellation(error)) return;
      this.context.errors.write(error);
      this.error = errorView(error);
    } finally {
      this.busy--;
      this.send();
    }
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (!this.isVisible() || this.profile.kind === 'local' || this.error) return;
    this.timer = setTimeout(() => void this.refresh(), LOOK_EVERY_MS);
  }

  private report(): CostReport {
    const { usage, measured, profile, transactions } = this;
    const table = configuredPrices();
    const local = profile.kind === 'local';
    const work = { committed: transactions, lost: 0 };
    const sections: CostSection[] = [];
    if (usage) sections.push(...meteredSections(usage, profile.region, usage.toMs, table));
    if (measured) {
      const title = vscode.l10n.t('A transfer, estimated from its statements');
      sections.push(estimateSection(measured, work, profile.region, { local, table, title }));
    }
    const total = usage?.dpu.TotalDPU.at(-1)?.value;
    if (measured && total !== undefined) {
      const estimate = estimateRun(measured, work, profile.region, table);
      const what = vscode.l10n.t('{0} transfers; the cluster’s newest hour', transactions.toLocaleString('en-US'));
      sections.push(comparisonSection(estimate.totalDpu, total, what));
    }
    return {
      title: vscode.l10n.t('Cost of {0}', profile.name),
      notes: [...(local ? [LOCAL_NOTE] : []), ...priceWarnings()],
      sections,
    };
  }

  private state(): CostViewState {
    const { profile } = this;
    return {
      profileId: profile.id,
      profile: profile.name,
      local: profile.kind === 'local',
      busy: this.busy > 0,
      report: this.report(),
      transactions: this.transactions,
      ...(profile.kind === 'aws' && !this.error && { nextLookSeconds: LOOK_EVERY_MS / 1000 }),
      ...(this.error && { error: this.error }),
    };
  }

  private send(): void {
    if (this.isVisible()) this.channel.send('state', this.state());
  }

  private handlers(): Handlers<CostHostSide> {
    return {
      load: () => this.state(),
      refresh: () => this.refresh(),
      measure: async params => {
        const wanted: unknown = params.transactions;
        if (typeof wanted === 'number' && Number.isFinite(wanted) && wanted >= 1 && wanted <= MAX_TRANSACTIONS)
          this.transactions = Math.round(wanted);
        await this.measure();
      },
      editPrices: () =>
        void vscode.commands.executeCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.${SETTINGS.prices}`),
      copy: () => copyText(reportText(this.report())),
    };
  }
}
