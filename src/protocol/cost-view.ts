/** The contract between the cost view (`webview/cost`) and its host. A report is plain texts, which the command line prints, too. */

export interface CostReport {
  title: string;
  /** Under the title: what the figures rest on. */
  notes: string[];
  sections: CostSection[];
}

/** A table of the report, its figures already text in their units. */
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

/** Everything the view draws; sent whole after every change. */
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

/** What the view may ask of the host; answers that are not returned come with the next `state`, errors too. */
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

/** What the host may ask of the view: nothing; it is drawn from events. */
export interface CostViewSide {
  requests: Record<never, never>;
  events: Record<never, never>;
}
