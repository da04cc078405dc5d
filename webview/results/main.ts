import '../shared/theme.css';
import './results.css';
import './menu.css';
import type { ResultsHostSide, ResultsViewMemory, ResultsViewSide } from '../../src/protocol/results-view';
import { connectToHost } from '../shared/rpc';
import { registerComponents } from '../shared/toolkit';
import { ResultsPage } from './results-page';

registerComponents();
const page = new ResultsPage(connectToHost<ResultsViewSide, ResultsHostSide, ResultsViewMemory>({}));
document.getElementById('app')?.replaceWith(page.element);
void page.load();
