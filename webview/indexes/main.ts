import '../shared/theme.css';
import '../shared/page.css';
import '../shared/job-timeline.css';
import './indexes.css';
import './draft.css';
import type { IndexesHostSide, IndexesViewMemory, IndexesViewSide } from '../../src/protocol/indexes-view';
import { connectToHost } from '../shared/rpc';
import { registerComponents } from '../shared/toolkit';
import { IndexesPage } from './indexes-page';

registerComponents();
const host = connectToHost<IndexesViewSide, IndexesHostSide, IndexesViewMemory>({});
const page = new IndexesPage(host);
document.getElementById('app')?.replaceWith(page.element);
void page.load();
