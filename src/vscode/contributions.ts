/** Every id that package.json declares. The manifest test holds both sides together. */

/** Commands, by what they do. */
export const COMMANDS = {
  runChapter: 'dsqlWorkshop.runChapter',
  openChapter: 'dsqlWorkshop.openChapter',
  runStep: 'dsqlWorkshop.runStep',
  nextStep: 'dsqlWorkshop.nextStep',
  skipStep: 'dsqlWorkshop.skipStep',
  resetStep: 'dsqlWorkshop.resetStep',
  resetChapter: 'dsqlWorkshop.resetChapter',
  checkChapter: 'dsqlWorkshop.checkChapter',
  previewChapter: 'dsqlWorkshop.previewChapter',
  chooseChapterTarget: 'dsqlWorkshop.chooseChapterTarget',
  startLocalCluster: 'dsqlWorkshop.startLocalCluster',
  stopLocalCluster: 'dsqlWorkshop.stopLocalCluster',
  copyConnectionSettings: 'dsqlWorkshop.copyConnectionSettings',
  createCluster: 'dsqlWorkshop.createCluster',
  findClusters: 'dsqlWorkshop.findClusters',
  deleteCluster: 'dsqlWorkshop.deleteCluster',
  removeWorkshopFromAws: 'dsqlWorkshop.removeWorkshopFromAws',
  examineConnection: 'dsqlWorkshop.examineConnection',
  showIamPolicy: 'dsqlWorkshop.showIamPolicy',
  setUpDatabaseRole: 'dsqlWorkshop.setUpDatabaseRole',
  runStatement: 'dsqlWorkshop.runStatement',
  runFile: 'dsqlWorkshop.runFile',
  explainStatement: 'dsqlWorkshop.explainStatement',
  explainAnalyzeStatement: 'dsqlWorkshop.explainAnalyzeStatement',
  openPlanFromClipboard: 'dsqlWorkshop.openPlanFromClipboard',
  openPlanFromFile: 'dsqlWorkshop.openPlanFromFile',
  openSavedPlan: 'dsqlWorkshop.openSavedPlan',
  showIndexes: 'dsqlWorkshop.showIndexes',
  createIndex: 'dsqlWorkshop.createIndex',
  showCost: 'dsqlWorkshop.showCost',
  cancelRun: 'dsqlWorkshop.cancelRun',
  endTransaction: 'dsqlWorkshop.endTransaction',
  commitTransaction: 'dsqlWorkshop.commitTransaction',
  rollbackTransaction: 'dsqlWorkshop.rollbackTransaction',
  resultsCopy: 'dsqlWorkshop.resultsCopy',
  resultsCopyWithHeaders: 'dsqlWorkshop.resultsCopyWithHeaders',
  resultsCopyCsv: 'dsqlWorkshop.resultsCopyCsv',
  resultsCopyJson: 'dsqlWorkshop.resultsCopyJson',
  resultsCopyMarkdown: 'dsqlWorkshop.resultsCopyMarkdown',
  resultsCopyInsert: 'dsqlWorkshop.resultsCopyInsert',
  resultsFilterByValue: 'dsqlWorkshop.resultsFilterByValue',
  resultsFilterOutValue: 'dsqlWorkshop.resultsFilterOutValue',
  resultsShowDetails: 'dsqlWorkshop.resultsShowDetails',
  resultsExport: 'dsqlWorkshop.resultsExport',
  showSqlHistory: 'dsqlWorkshop.showSqlHistory',
  clearSqlHistory: 'dsqlWorkshop.clearSqlHistory',
  newSqlEditor: 'dsqlWorkshop.newSqlEditor',
  insertOccModule: 'dsqlWorkshop.insertOccModule',
  explorerRefresh: 'dsqlWorkshop.explorerRefresh',
  explorerRefreshNode: 'dsqlWorkshop.explorerRefreshNode',
  explorerRetry: 'dsqlWorkshop.explorerRetry',
  explorerCopyName: 'dsqlWorkshop.explorerCopyName',
  explorerCopyQualifiedName: 'dsqlWorkshop.explorerCopyQualifiedName',
  explorerCopyJobId: 'dsqlWorkshop.explorerCopyJobId',
  explorerSelectTop: 'dsqlWorkshop.explorerSelectTop',
  explorerCount: 'dsqlWorkshop.explorerCount',
  explorerScript: 'dsqlWorkshop.explorerScript',
  explorerNewQuery: 'dsqlWorkshop.explorerNewQuery',
  explorerDrop: 'dsqlWorkshop.explorerDrop',
  explorerDropInvalidIndex: 'dsqlWorkshop.explorerDropInvalidIndex',
  explorerWaitForJob: 'dsqlWorkshop.explorerWaitForJob',
  startStressRun: 'dsqlWorkshop.startStressRun',
  stopStressRun: 'dsqlWorkshop.stopStressRun',
  showStressRuns: 'dsqlWorkshop.showStressRuns',
  compareRuns: 'dsqlWorkshop.compareRuns',
  exportRun: 'dsqlWorkshop.exportRun',
  toggleLint: 'dsqlWorkshop.toggleLint',
  fixAllInFile: 'dsqlWorkshop.fixAllInFile',
  auditMigration: 'dsqlWorkshop.auditMigration',
  selectConnection: 'dsqlWorkshop.selectConnection',
  selectDocumentConnection: 'dsqlWorkshop.selectDocumentConnection',
  addConnection: 'dsqlWorkshop.addConnection',
  editConnection: 'dsqlWorkshop.editConnection',
  duplicateConnection: 'dsqlWorkshop.duplicateConnection',
  removeConnection: 'dsqlWorkshop.removeConnection',
  toggleReadOnly: 'dsqlWorkshop.toggleReadOnly',
  openTwoSessions: 'dsqlWorkshop.openTwoSessions',
  showMenu: 'dsqlWorkshop.showMenu',
  startWorkshop: 'dsqlWorkshop.startWorkshop',
  openStepCode: 'dsqlWorkshop.openStepCode',
  diffStepCode: 'dsqlWorkshop.diffStepCode',
  applyStepCode: 'dsqlWorkshop.applyStepCode',
  undoStepCode: 'dsqlWorkshop.undoStepCode',
  deployFunction: 'dsqlWorkshop.deployFunction',
  invokeFunction: 'dsqlWorkshop.invokeFunction',
  showFunctionLog: 'dsqlWorkshop.showFunctionLog',
  followFunctionLog: 'dsqlWorkshop.followFunctionLog',
  stopFunctionLog: 'dsqlWorkshop.stopFunctionLog',
  compareFunction: 'dsqlWorkshop.compareFunction',
  showDeployedCode: 'dsqlWorkshop.showDeployedCode',
  rollBackFunction: 'dsqlWorkshop.rollBackFunction',
  removeFunction: 'dsqlWorkshop.removeFunction',
  configureFunction: 'dsqlWorkshop.configureFunction',
  verifyTransfer: 'dsqlWorkshop.verifyTransfer',
  functionsRefresh: 'dsqlWorkshop.functionsRefresh',
  copyFunctionArn: 'dsqlWorkshop.copyFunctionArn',
  deployStack: 'dsqlWorkshop.deployStack',
  destroyStack: 'dsqlWorkshop.destroyStack',
  showStackOutputs: 'dsqlWorkshop.showStackOutputs',
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
  chapterFolders: 'chapterFolders',
  connections: 'connections',
  prices: 'prices',
  sqlCodeLens: 'sql.codeLens',
  sqlRetryMaxAttempts: 'sql.retry.maxAttempts',
  sqlRetryBaseDelayMs: 'sql.retry.baseDelayMs',
  sqlRetryMaxDelayMs: 'sql.retry.maxDelayMs',
  sqlWaitForJobs: 'sql.waitForJobs',
  sqlHistorySize: 'sql.history.size',
  lintEnabled: 'lint.enabled',
  lintRules: 'lint.rules',
  lintInclude: 'lint.include',
  lintExclude: 'lint.exclude',
  deployOnSave: 'ownCode.deployOnSave',
  stressCloudWatch: 'stress.cloudWatch',
  askFirst: 'aws.askFirst',
  resultsRowLimit: 'results.rowLimit',
  resultsMaxDiskMegabytes: 'results.maxDiskMegabytes',
} as const;

/** Context keys used in `when` clauses. */
export const CONTEXTS = {
  /** `stopped`, `starting`, `running`, `stopping` or `failed`; unset until the extension is active. */
  clusterState: 'dsqlWorkshop.clusterState',
  /** `open` or `failed` while an SQL editor has a transaction, else `none`. */
  transaction: 'dsqlWorkshop.transaction',
  /** True while a run of SQL is under way. */
  sqlRunning: 'dsqlWorkshop.sqlRunning',
  /** True while a stress run is under way in this window. */
  stressRunning: 'dsqlWorkshop.stressRunning',
  /** True while a function's log is followed. */
  functionLog: 'dsqlWorkshop.functionLog',
  /** `stopped`, `unasked` or `open`: whether functions can be listed where chapters run; unset until the view was open. */
  functionList: 'dsqlWorkshop.functionList',
  /** Folder of the chapter that the guide showed last; the walkthrough ticks its steps by it. */
  chapter: 'dsqlWorkshop.chapter',
} as const;

/** Types of webview panels. */
export const PANELS = {
  chapter: 'dsqlWorkshop.chapter',
  results: 'dsqlWorkshop.results',
  doctor: 'dsqlWorkshop.doctor',
  plan: 'dsqlWorkshop.plan',
  sessions: 'dsqlWorkshop.sessions',
  stressRuns: 'dsqlWorkshop.stressRuns',
  indexes: 'dsqlWorkshop.indexes',
  cost: 'dsqlWorkshop.cost',
} as const;

/** Views. */
export const VIEWS = {
  chapters: 'dsqlWorkshop.chapters',
  explorer: 'dsqlWorkshop.explorer',
  functions: 'dsqlWorkshop.functions',
  stress: 'dsqlWorkshop.stress',
} as const;

/** Id of the status bar item, unique in the extension. */
export const STATUS_BAR_ID = 'dsqlWorkshop.localCluster';
/** The connection of the window. */
export const CONNECTION_STATUS_ID = 'dsqlWorkshop.connection';
/** The connection of the SQL document in front. */
export const DOCUMENT_CONNECTION_STATUS_ID = 'dsqlWorkshop.documentConnection';

/** The deployment of the learner's own code. */
export const FUNCTIONS_STATUS_ID = 'dsqlWorkshop.deployment';
export const LOG_TAIL_STATUS_ID = 'dsqlWorkshop.functionLog';

/** The stress run under way. */
export const STRESS_STATUS_ID = 'dsqlWorkshop.stressRun';

/** The open transaction of an SQL editor. */
export const TRANSACTION_STATUS_ID = 'dsqlWorkshop.sqlTransaction';

/** Languages that count as SQL: VS Code's own, and those of common extensions for PostgreSQL. */
export const SQL_LANGUAGES = ['sql', 'pgsql', 'postgres'] as const;
