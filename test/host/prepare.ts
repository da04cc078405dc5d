/**
 * Puts a real VS Code and a browser on this machine where they are missing, and packages the extension, before parts that run side by side
 * would both do it.
 */
import { installOfflineVsCode, offlineVsCodeSupported } from '../../src/build/offline-vscode';
import { findBrowser } from '../support/browser';
import { packTestPackage } from './ui/package';

if (offlineVsCodeSupported() && !process.env.DSQL_WORKSHOP_VSCODE) installOfflineVsCode(console.log);
void findBrowser();
if (offlineVsCodeSupported() && process.env.WORKSHOP_TEST_PACKAGE)
  void packTestPackage(process.env.WORKSHOP_TEST_PACKAGE);
