/** Every id that package.json declares. The manifest test holds both sides together. */

/** Commands, by what they do. */
export const COMMANDS = {
  runChapter: 'dsqlWorkshop.runChapter',
  openChapter: 'dsqlWorkshop.openChapter',
  startLocalCluster: 'dsqlWorkshop.startLocalCluster',
  stopLocalCluster: 'dsqlWorkshop.stopLocalCluster',
  copyConnectionSettings: 'dsqlWorkshop.copyConnectionSettings',
  examineConnection: 'dsqlWorkshop.examineConnection',
  showMenu: 'dsqlWorkshop.showMenu',
  showLog: 'dsqlWorkshop.showLog',
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

/** Settings, without the section. */
export const SETTINGS_SECTION = 'dsqlWorkshop';
export const SETTINGS = {
  dataDirectory: 'local.dataDirectory',
  port: 'local.port',
  lambdaPort: 'local.lambdaPort',
  scale: 'scale',
  resultsRowLimit: 'results.rowLimit',
  resultsMaxDiskMegabytes: 'results.maxDiskMegabytes',
} as const;

/** Context keys used in `when` clauses. */
export const CONTEXTS = {
  /** `stopped`, `starting`, `running`, `stopping` or `failed`; unset until the extension is active. */
  clusterState: 'dsqlWorkshop.clusterState',
} as const;

/** Types of webview panels. */
export const PANELS = {
  chapter: 'dsqlWorkshop.chapter',
  results: 'dsqlWorkshop.results',
  doctor: 'dsqlWorkshop.doctor',
} as const;

/** Id of the status bar item, unique in the extension. */
export const STATUS_BAR_ID = 'dsqlWorkshop.localCluster';
