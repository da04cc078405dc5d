/** Puts a real VS Code and a browser on this machine where they are missing, before parts that run side by side would both do it. */
import { installOfflineVsCode, offlineVsCodeSupported } from '../../src/build/offline-vscode';
import { findBrowser } from '../support/browser';

if (offlineVsCodeSupported() && !process.env.DSQL_WORKSHOP_VSCODE) installOfflineVsCode(console.log);
void findBrowser();
