/** The contract between the cost view (`webview/cost`) and its host. A report is plain texts, which the command line prints, too. */

export interface CostReport {
  title: string;
  /** Under the title: what the figures rest on. */
  notes: string[];
  sections: CostSection[];
}

export interface CostSection {
  title: string;
  /** Column heads; the first column holds names, the others figures. */
  head: string[];
  rows: string[][];
  notes: string[];
}

/** What the view keeps, so that a panel comes back after a restart of the window. */
export interface CostViewMemory {
  profileId: string;
}

export interface CostViewState {
  profileId: string;
  profile: string;
  local: boolean;
  /** A look at CloudWatch or a measurement is under way. */
  busy: boolean;
  report?: CostReport;
  /** When CloudWatch is looked at again: seconds from now. */
  nextLookSeconds?: number;
  error?: { message: string; nextStep?: string };
  /** Transactions that the estimate is for. */
  transactions: number;
}

export interface CostHostSide {
  requests: {
    load: (params: Record<string, never>) => CostViewState;
    refresh: (params: Record<string, never>) => void;
    /** Explains the statements of a transfer in a transaction that is rolled back. */
    measure: (params: { transactions: number }) => void;
    editPrices: (params: Record<string, never>) => void;
    copy: (params: Record<string, never>) => void;
  };
  events: { state: CostViewState };
}

export interface CostViewSide {
  requests: Record<never, never>;
  events: Record<never, never>;
}
