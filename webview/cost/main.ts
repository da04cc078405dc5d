import '../shared/theme.css';
import '../shared/page.css';
import './cost.css';
import type { CostHostSide, CostViewMemory, CostViewSide } from '../../src/protocol/cost-view';
import { connectToHost } from '../shared/rpc';
import { registerComponents } from '../shared/toolkit';
import { CostPage } from './cost-page';

registerComponents();
const host = connectToHost<CostViewSide, CostHostSide, CostViewMemory>({});
const page = new CostPage(host);
document.getElementById('app')?.replaceWith(page.element);
void page.load();
