import '../shared/theme.css';
import '../shared/job-timeline.css';
import './chapter.css';
import './heat-map.css';
import type { ChapterHostSide, ChapterViewMemory, ChapterViewSide } from '../../src/protocol/chapter-view';
import { connectToHost } from '../shared/rpc';
import { registerComponents } from '../shared/toolkit';
import { ChapterPage } from './chapter-page';

registerComponents();
const host = connectToHost<ChapterViewSide, ChapterHostSide, ChapterViewMemory>({});
const page = new ChapterPage(host);
document.getElementById('app')?.replaceWith(page.element);
void page.load();
