/** The contract between the connection doctor's view (`webview/doctor`) and its host. Events are complete snapshots. */

/** What the view keeps, so that a panel comes back after a restart of the window. */
export interface DoctorViewMemory {
  profileId: string;
}

/** Everything the view draws; sent whole after every check. */
export interface DoctorViewState {
  profileId: string;
  /** Name of the profile. */
  profile: string;
  /** User and address. */
  detail: string;
  running: boolean;
  /** One sentence; undefined while it runs. */
  conclusion?: string;
  healthy: boolean;
  checks: DoctorCheckView[];
}

/** One check, in the order in which they are made. What it observed never holds a secret or a whole key id. */
export interface DoctorCheckView {
  id: string;
  title: string;
  status: 'pending' | 'running' | 'ok' | 'warning' | 'failed' | 'skipped';
  observed?: string;
  /** The server's own words. */
  server?: { message: string; sqlstate?: string; hint?: string };
  fixes: { text: string; command?: string; sql?: string }[];
}

/** What the view may ask of the host. `run` ends the examination under way. */
export interface DoctorHostSide {
  requests: {
    load: (params: Record<string, never>) => DoctorViewState;
    /** Examines again from the start. */
    run: (params: Record<string, never>) => void;
    cancel: (params: Record<string, never>) => void;
    copy: (params: { text: string }) => void;
    /** The whole examination as text on the clipboard. */
    copyReport: (params: Record<string, never>) => void;
    /** Opens SQL in an editor, to be read and run by the user. */
    openSql: (params: { text: string }) => void;
  };
  events: { state: DoctorViewState };
}

/** What the host may ask of the view: nothing; it is drawn from events. */
export interface DoctorViewSide {
  requests: Record<never, never>;
  events: Record<never, never>;
}
