import '../shared/theme.css';
import '../shared/page.css';
import './sessions.css';
import './script.css';
import type { SessionsHostSide, SessionsViewMemory, SessionsViewSide } from '../../src/protocol/sessions-view';
import { connectToHost } from '../shared/rpc';
import { registerComponents } from '../shared/toolkit';
import { SessionsPage } from './sessions-page';

registerComponents();
const host = connectToHost<SessionsViewSide, SessionsHostSide, SessionsViewMemory>({});
const page = new SessionsPage(host);
document.getElementById('app')?.replaceWith(page.element);
void page.load();
