import '../shared/theme.css';
import './plan.css';
import './side.css';
import './compare.css';
import './graph.css';
import './raw.css';
import type { PlanHostSide, PlanViewMemory, PlanViewSide } from '../../src/protocol/plan-view';
import { connectToHost } from '../shared/rpc';
import { registerComponents } from '../shared/toolkit';
import { PlanPage } from './plan-page';
import { planPng } from './png';

registerComponents();
const host = connectToHost<PlanViewSide, PlanHostSide, PlanViewMemory>({
  png: () => planPng(page.plan, page.metric),
});
const page: PlanPage = new PlanPage(host);
document.getElementById('app')?.replaceWith(page.element);
void page.load();
