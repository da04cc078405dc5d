/** The window's title once the editor has read its settings. */
export const TEST_TITLE = 'DSQL Workshop under test';

/** Settings of the VS Code under test: quiet, and like a desktop where a browser's defaults differ. */
export const TEST_SETTINGS: Readonly<Record<string, unknown>> = {
  // a browser's default is afterDelay, which would write edits into the fixtures
  'files.autoSave': 'off',
  'window.confirmBeforeClose': 'never',
  'window.title': TEST_TITLE,
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  // no test has to do with git, and nothing need move: each frame is drawn by the processor
  'git.enabled': false,
  'workbench.reduceMotion': 'on',
  'editor.cursorBlinking': 'solid',
  // a desktop looks for no ports to forward; on a server each window lists the open files of every process, again and again
  'remote.autoForwardPorts': false,
  'remote.autoForwardPortsSource': 'output',
};

/** Options of the server under test. */
export const TEST_SERVER_ARGS: readonly string[] = [
  '--disable-workspace-trust',
  // it ends by itself some minutes later, should we be killed
  '--enable-remote-auto-shutdown',
  '--reconnection-grace-time',
  '20',
  // without it the workbench ignores extensionDevelopmentPath and extensionTestsPath in its address
  '--enable-smoke-test-driver',
];
