import type * as vscode from 'vscode';
import { Emitter } from '../../base/events';

const KEY = 'dsqlWorkshop.targets';

interface Stored {
  current?: string;
  readOnly?: Record<string, boolean>;
  documents?: Record<string, string>;
}

/** Which profile this window and its documents are set to, and its read-only switches. Kept with the workspace; ids only, no addresses. */
export class TargetState {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;
  private stored: Required<Stored>;

  /** @param onError what could not be kept; the choice holds in this window all the same. */
  constructor(
    private readonly memento: vscode.Memento,
    private readonly onError: (error: unknown) => void,
  ) {
    const { current = '', readOnly = {}, documents = {} } = memento.get<Stored>(KEY) ?? {};
    this.stored = { current, readOnly, documents };
  }

  /** Id of the current profile; empty when none was chosen. */
  get current(): string {
    return this.stored.current;
  }

  /** The switch of a profile; undefined when it was not touched in this workspace. */
  readOnly(profileId: string): boolean | undefined {
    return this.stored.readOnly[profileId];
  }

  /** The profile a document is set to; undefined when it follows the current one. */
  document(uri: string): string | undefined {
    return this.stored.documents[uri];
  }

  setCurrent(profileId: string): void {
    this.store({ ...this.stored, current: profileId });
  }

  setReadOnly(profileId: string, readOnly: boolean): void {
    this.store({ ...this.stored, readOnly: { ...this.stored.readOnly, [profileId]: readOnly } });
  }

  /** The settings decide again. */
  clearReadOnly(profileId: string): void {
    const readOnly = { ...this.stored.readOnly };
    delete readOnly[profileId];
    this.store({ ...this.stored, readOnly });
  }

  /** @param profileId undefined: the document follows the current profile again. */
  setDocument(uri: string, profileId: string | undefined): void {
    const documents = { ...this.stored.documents };
    if (profileId === undefined) delete documents[uri];
    else documents[uri] = profileId;
    this.store({ ...this.stored, documents });
  }

  /** Forgets what was said about a profile that is gone. */
  forget(profileId: string): void {
    const readOnly = { ...this.stored.readOnly };
    delete readOnly[profileId];
    const documents = Object.fromEntries(Object.entries(this.stored.documents).filter(([, id]) => id !== profileId));
    this.store({ current: this.stored.current === profileId ? '' : this.stored.current, readOnly, documents });
  }

  private store(stored: Required<Stored>): void {
    this.stored = stored;
    this.memento.update(KEY, stored).then(undefined, this.onError);
    this.changed.fire();
  }
}
