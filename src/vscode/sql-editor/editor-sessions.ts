import * as vscode from 'vscode';
import { systemClock } from '../../base/clock';
import { Emitter } from '../../base/events';
import type { Closeable } from '../../base/lifecycle';
import type { ConnectionProfile } from '../../core/connections/connection-profile';
import type { Connections } from '../connections/connections';
import { EditorSession } from './editor-session';

/** The sessions of the window's SQL editors: one a document, opened at its first run, kept while the document is open. */
export class EditorSessions implements Closeable {
  private readonly sessions = new Map<string, EditorSession>();
  private readonly changed = new Emitter<void>();
  /** A session came or went, or its transaction changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly connections: Connections) {}

  find(document: vscode.Uri | undefined): EditorSession | undefined {
    return document && this.sessions.get(document.toString());
  }

  /** Sessions with a transaction, and their documents. */
  withTransaction(): { document: vscode.Uri; session: EditorSession }[] {
    return [...this.sessions].flatMap(([key, session]) =>
      session.transaction === 'idle' ? [] : [{ document: vscode.Uri.parse(key), session }],
    );
  }

  /** The document's session on `profile`; one on another profile is closed, its transaction lost. */
  async open(document: vscode.Uri, profile: ConnectionProfile, signal?: AbortSignal): Promise<EditorSession> {
    const known = this.find(document);
    if (known?.profile.id === profile.id) return known;
    if (known) await this.close(document);
    const session = new EditorSession(profile, await this.connections.openSession(profile, signal), systemClock);
    session.onDidChange(() => this.changed.fire());
    this.sessions.set(document.toString(), session);
    this.changed.fire();
    return session;
  }

  /** The session of a document that is shown again under another name. */
  move(from: vscode.Uri, to: vscode.Uri): void {
    const session = this.find(from);
    if (!session || from.toString() === to.toString()) return;
    this.sessions.delete(from.toString());
    this.sessions.set(to.toString(), session);
    this.changed.fire();
  }

  /** Lets one document's session go. */
  release(document: vscode.Uri): Promise<void> {
    return this.find(document) ? this.close(document) : Promise.resolve();
  }

  /** One document's session, or all of them. */
  async close(document?: vscode.Uri): Promise<void> {
    const keys = document ? [document.toString()] : [...this.sessions.keys()];
    const closing = keys.flatMap(key => this.sessions.get(key) ?? []);
    for (const key of keys) this.sessions.delete(key);
    this.changed.fire();
    await Promise.allSettled(closing.map(session => session.close()));
  }
}
