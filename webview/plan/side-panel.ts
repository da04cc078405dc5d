import {
  PLAN_METRICS,
  type PlanFindingView,
  type PlanMetric,
  type PlanNodeView,
  type PlanView,
} from '../../src/protocol/plan-view';
import { h, type Child } from '../shared/dom';
import { highlight } from '../shared/highlight';
import { button } from '../shared/toolkit';
import { METRIC_NAMES } from './heat';
import { layersList } from './layers';

export interface SideActions {
  select(node: number): void;
  copy(text: string): void;
  openSql(text: string): void;
  /** Tries a recommended index on the statement. */
  tryIndex(sql: string): void;
  countRows(): void;
}

const SEVERITIES: Readonly<Record<PlanFindingView['severity'], string>> = {
  severe: 'Severe',
  warning: 'Warning',
  notice: 'Notice',
};

/** Metrics that leave the children's part out say so beside the totals. */
const OWN_NAMES: Partial<Record<PlanMetric, string>> = { time: 'Own time', cost: 'Own cost' };

const CREATES_INDEX = /^CREATE (?:UNIQUE )?INDEX ASYNC /;

/** Beside the plan: the selected node, findings, top operations, cost, facts and the statement. */
export class SidePanel {
  private readonly details = section('Node');
  private readonly rest = h('div', {});
  readonly element = h('aside', { class: 'side', 'aria-label': 'Details and findings' }, this.details, this.rest);
  private plan: PlanView | undefined;

  constructor(private readonly actions: SideActions) {}

  /** `countable`: tables whose statistics a count would judge. */
  show(plan: PlanView, countable: readonly string[] = []): void {
    if (plan === this.plan) return;
    this.plan = plan;
    this.rest.replaceChildren(
      this.findings(plan),
      ...(countable.length > 0 ? [this.counting(countable)] : []),
      ...this.top(plan),
      ...(plan.dpu ? [costSection(plan)] : []),
      ...(plan.facts.length > 0 ? [section('Statement facts', pairs(plan.facts))] : []),
      ...this.statement(plan),
      ...unreadSection(plan),
    );
  }

  /** Goes to what was found. */
  showFindings(): void {
    this.rest.firstElementChild?.scrollIntoView({ block: 'start' });
    this.rest.querySelector<HTMLElement>('.finding button')?.focus({ preventScroll: true });
  }

  /** Shows the details of a node. */
  select(id: number): void {
    const node = this.plan?.nodes[id];
    if (!node) {
      this.details.replaceChildren(h('h2', {}, 'Node'), h('p', { class: 'muted' }, 'No node is selected.'));
      return;
    }
    const heats = PLAN_METRICS.flatMap(metric => {
      const text = node.heat[metric]?.text;
      return text === undefined ? [] : [{ name: OWN_NAMES[metric] ?? METRIC_NAMES[metric], value: text }];
    });
    this.details.replaceChildren(
      h('h2', {}, node.title),
      h(
        'p',
        { class: 'node-object' },
        node.layer === 'storage' && h('span', { class: 'chip' }, 'storage'),
        [node.label, node.object].filter(part => part).join(' · '),
      ),
      ...(node.layers ? [layersList(node.layers)] : []),
      pairs([...heats, ...(node.cells.total ? [{ name: 'Total time', value: node.cells.total }] : []), ...node.facts]),
      ...this.jumpToFindings(node),
    );
  }

  private jumpToFindings({ findings }: PlanNodeView): HTMLElement[] {
    return findings.map(index =>
      link(`Finding: ${this.plan?.findings[index]?.observed ?? ''}`, () => {
        const finding = document.getElementById(`finding-${index}`);
        finding?.scrollIntoView({ block: 'nearest' });
        finding?.querySelector<HTMLElement>('button')?.focus();
      }),
    );
  }

  private findings(plan: PlanView): HTMLElement {
    const remarks = plan.remarks.map(({ node, text }) => {
      const { title, object } = plan.nodes[node]!;
      return h(
        'div',
        { class: 'remark' },
        link(`${title} ${object ?? ''}`.trim(), () => this.actions.select(node)),
        h('p', {}, text),
      );
    });
    if (plan.findings.length === 0)
      return section(
        'Findings',
        h('p', { class: 'good' }, plan.nodes.length > 0 ? 'Nothing to change was found.' : '–'),
        ...remarks,
      );
    const items = plan.findings.map((finding, index) => {
      const node = plan.nodes[finding.node];
      const { sql } = finding;
      return h(
        'li',
        { class: `finding ${finding.severity}`, id: `finding-${index}` },
        h('h3', {}, h('span', { class: 'severity' }, SEVERITIES[finding.severity]), ' ', finding.title),
        node && link(`${node.title} ${node.object ?? ''}`.trim(), () => this.actions.select(node.id)),
        h('p', { class: 'observed' }, finding.observed),
        h('p', {}, finding.why),
        h('p', {}, h('b', {}, 'Do: '), finding.recommendation),
        h('p', { class: 'muted' }, h('b', {}, 'Gain: '), finding.gain),
        sql !== undefined && this.code(sql, `Copy the SQL of finding ${index + 1}`, CREATES_INDEX.test(sql)),
      );
    });
    return section(`Findings (${items.length})`, h('ol', { class: 'findings' }, ...items), ...remarks);
  }

  private counting(tables: readonly string[]): HTMLElement {
    const names = tables.join(', ');
    return h(
      'div',
      { class: 'counting' },
      h('p', { class: 'muted' }, `Whether the statistics of ${names} are up to date, only a count of the rows tells.`),
      button({
        label: 'Count Rows…',
        ariaLabel: `Count the rows of ${names}, to judge the statistics`,
        onClick: () => this.actions.countRows(),
      }).element,
    );
  }

  private code(sql: string, label: string, isIndex = false): HTMLElement {
    const { copy, openSql, tryIndex } = this.actions;
    return h(
      'div',
      { class: 'code' },
      h('pre', {}, h('code', { class: 'highlighted' }, highlight(sql, 'sql'))),
      h(
        'div',
        { class: 'code-actions' },
        isIndex && button({ label: 'Try This Index', look: 'primary', onClick: () => tryIndex(sql) }).element,
        button({ label: 'Copy', ariaLabel: label, onClick: () => copy(sql) }).element,
        button({ label: 'Open in Editor', onClick: () => openSql(sql) }).element,
      ),
    );
  }

  private top({ top, nodes }: PlanView): HTMLElement[] {
    if (top.length === 0) return [];
    const lists = top.map(({ metric, nodes: ids }, index) => {
      const items = ids.flatMap(id => {
        const node = nodes[id];
        if (!node) return [];
        const name = `${node.title} ${node.object ?? ''}`.trim();
        const heat = node.heat[metric];
        const value = h('span', { class: `top-value heat-${heat?.level ?? 0}` }, heat?.text ?? '');
        return [
          h(
            'li',
            {},
            link(name, () => this.actions.select(id)),
            value,
          ),
        ];
      });
      return h(
        'details',
        { open: index === 0 },
        h('summary', {}, `By ${metric === 'dpu' ? METRIC_NAMES[metric] : METRIC_NAMES[metric].toLowerCase()}`),
        h('ol', { class: 'top' }, ...items),
      );
    });
    return [section('Top operations', ...lists)];
  }

  private statement({ source }: PlanView): HTMLElement[] {
    return source.statement === undefined
      ? []
      : [section('Statement', this.code(source.statement, 'Copy the statement'))];
  }
}

function costSection({ dpu }: PlanView): HTMLElement {
  return section(
    'DPU and price',
    h(
      'dl',
      { class: 'facts' },
      ...(dpu?.parts ?? []).flatMap(({ name, dpu: value, share }) => [
        h('dt', {}, name),
        h('dd', {}, `${value} DPU`, share !== undefined && h('div', { class: 'muted' }, share)),
      ]),
    ),
    h('p', { class: 'price' }, dpu?.price ?? ''),
    h('p', { class: 'muted' }, dpu?.note ?? ''),
  );
}

function unreadSection({ unread }: PlanView): HTMLElement[] {
  if (unread.length === 0) return [];
  const lines = unread.slice(0, 50).map(({ line, text }) => h('li', { value: line }, h('code', {}, text)));
  return [section('Lines not understood', h('ol', { class: 'unread-lines' }, ...lines))];
}

function section(title: string, ...children: Child[]): HTMLElement {
  return h('section', {}, h('h2', {}, title), ...children);
}

function pairs(facts: readonly { name: string; value: string }[]): HTMLElement {
  return h('dl', { class: 'facts' }, ...facts.flatMap(({ name, value }) => [h('dt', {}, name), h('dd', {}, value)]));
}

/** A button that looks like a link. */
export function link(text: string, onClick: () => void): HTMLElement {
  const element = h('button', { class: 'link', type: 'button' }, text);
  element.addEventListener('click', onClick);
  return element;
}
