import 'uplot/dist/uPlot.min.css';
import '../shared/theme.css';
import '../shared/tiles.css';
import './stress.css';
import './form.css';
import './report.css';
import type { StressHostSide, StressState, StressViewMemory, StressViewSide } from '../../src/protocol/stress-view';
import { h } from '../shared/dom';
import { connectToHost } from '../shared/rpc';
import { registerComponents } from '../shared/toolkit';
import { ReportPage } from './report-page';
import { SidebarPage } from './sidebar-page';

registerComponents();
const host = connectToHost<StressViewSide, StressHostSide, StressViewMemory>({});
const app = document.getElementById('app');

async function open(): Promise<void> {
  const state: StressState = await host.channel.call('load', {});
  document.body.classList.add(state.surface);
  const page = state.surface === 'sidebar' ? new SidebarPage(host, state) : new ReportPage(host, state);
  app?.replaceWith(page.element);
  page.element.classList.add('loaded');
}

open().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  app?.replaceChildren(h('p', { class: 'notice bad', role: 'alert' }, text));
});
