import type { DoctorHostSide, DoctorViewMemory, DoctorViewSide, DoctorViewState } from '../../src/protocol/doctor-view';
import { h } from '../shared/dom';
import { icon } from '../shared/icons';
import type { Host } from '../shared/rpc';
import { button } from '../shared/toolkit';
import { checkRow, type CheckActions } from './check-row';

type DoctorHost = Host<DoctorViewSide, DoctorHostSide, DoctorViewMemory>;

/** The whole page: heading, conclusion, checks. Rows that did not change stay, so that focus stays where it is. */
export class DoctorPage {
  private readonly heading = h('h1', {});
  private readonly detail = h('p', { class: 'detail' });
  private readonly conclusion = h('p', { class: 'conclusion', role: 'status' });
  private readonly list = h('ol', { class: 'checks' });
  private readonly again = button({
    label: 'Examine Again',
    icon: icon('reset'),
    look: 'primary',
    onClick: () => void this.host.channel.call('run', {}),
  });
  private readonly cancel = button({
    label: 'Cancel',
    icon: icon('stop'),
    onClick: () => void this.host.channel.call('cancel', {}),
  });
  private readonly copyReport = button({
    label: 'Copy Report',
    icon: icon('copy'),
    onClick: () => void this.host.channel.call('copyReport', {}),
  });
  readonly element = h(
    'main',
    { class: 'page' },
    h(
      'header',
      {},
      h('div', {}, this.heading, this.detail),
      h('div', { class: 'actions' }, this.again.element, this.cancel.element, this.copyReport.element),
    ),
    this.conclusion,
    this.list,
  );
  private readonly drawn: string[] = [];
  private readonly actions: CheckActions = {
    copy: text => void this.host.channel.call('copy', { text }),
    openSql: text => void this.host.channel.call('openSql', { text }),
  };

  constructor(private readonly host: DoctorHost) {
    host.channel.on('state', state => this.draw(state));
  }

  async load(): Promise<void> {
    this.draw(await this.host.channel.call('load', {}));
    this.element.classList.add('loaded');
  }

  private draw(state: DoctorViewState): void {
    this.host.writeMemory({ profileId: state.profileId });
    this.heading.textContent = `Connection doctor: ${state.profile}`;
    this.detail.textContent = state.detail;
    this.again.element.hidden = state.running;
    this.cancel.element.hidden = !state.running;
    this.copyReport.setDisabled(state.running);
    const text = state.running ? 'Examining…' : (state.conclusion ?? '');
    if (this.conclusion.textContent !== text) this.conclusion.textContent = text;
    this.conclusion.className = `conclusion ${state.running ? 'running' : state.healthy ? 'healthy' : 'sick'}`;
    state.checks.forEach((check, index) => {
      const key = JSON.stringify(check);
      if (this.drawn[index] === key) return;
      this.drawn[index] = key;
      const row = checkRow(check, this.actions);
      const old = this.list.children[index];
      if (old) old.replaceWith(row);
      else this.list.append(row);
    });
  }
}
