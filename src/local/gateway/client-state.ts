import { CatalogCopy, type CatalogReader } from '../adjudicator/catalog-changes';
import type { Asker } from '../adjudicator/lock-probe';
import type { Transaction } from '../adjudicator/transaction';
import type { Backend } from './backend';
import type { BackendRefused } from './connect';
import type { SchemaFacts } from './schema-facts';
import type { Output } from './output';
import type { Portal } from './portal';
import { ReportedParameters } from './reported-parameters';
import { schemasIn, SessionSettings } from './settings';
import type { NamedStatement } from './statements';
import type { TransactionStatus } from './wire/server-messages';

/** What a client's connection holds between messages. Small: there may be thousands that do nothing. */
export class ClientState implements CatalogReader {
  readonly settings = new SessionSettings();
  readonly statements = new Map<string, NamedStatement>();
  readonly portals = new Map<string, Portal>();
  /** The open transaction block, implicit or explicit. */
  tx: Transaction | undefined;
  /** The block in which a Query has failed as it ran: PostgreSQL keeps its portal, which has no name, and here no columns. */
  failedIn: Transaction | undefined;
  /** Settings to return to when the transaction rolls back. */
  settingsBefore: ReturnType<SessionSettings['save']> | undefined;
  /** What the session knows of the catalogue. */
  readonly catalog = new CatalogCopy();
  /** Where the session's last write ran: currval and lastval are only right there. */
  home: Backend | undefined;
  /** The session asks for its sequences' values: it prefers to run at home. */
  prefersHome = false;
  /** Its last transaction is being rolled back, at home. */
  leaving: Promise<void> | undefined;
  /** Settings to return to when the transaction is over, after SET LOCAL of one that PostgreSQL does not keep. */
  localBefore: ReturnType<SessionSettings['save']> | undefined;
  /** What SET LOCAL and set_config have set of what PostgreSQL keeps, as it shows it, lower-case names: for the transaction. */
  locals: Map<string, string> | undefined;
  /** What the client has been told of its settings. */
  readonly reported: ReportedParameters;
  /** Where a statement of the client's runs that can be interrupted when it is gone: nothing is being committed. */
  runningOn: Backend | undefined;
  /** The backend for which the message that is served has waited, or why there is none: see `waitWithMessage`. */
  kept: Backend | BackendRefused | undefined;
  /** A shorter age of transactions than the cluster's, which the client asked for to practise. */
  transactionAgeMs: number | undefined;
  /** The schemas that a setting names to a role, as long as it does and the schema is the same. */
  private path: { set: string | undefined; role: string; schema: SchemaFacts; schemas: readonly string[] } | undefined;
  /** Set when the client is gone: what runs for it is of no use. */
  gone = false;

  constructor(
    readonly role: string,
    readonly out: Output,
    /** For waits on the client's behalf. */
    readonly signal: AbortSignal,
    private readonly context: { readonly schema: SchemaFacts },
  ) {
    this.reported = new ReportedParameters(role);
  }

  /** Tells the client what is new of its settings, before ReadyForQuery. */
  report(): void {
    if (!this.tx || this.tx.failed) this.locals = undefined;
    for (const news of this.reported.news(this.settings, this.locals)) this.out.push(news);
  }

  /** SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY. */
  get readOnly(): boolean {
    return this.settings.get('default_transaction_read_only') === 'on';
  }

  /** Tells apart what the same text may mean: the settings' resolution, or the transaction's where it has set some for itself. */
  get resolution(): string {
    return this.locals ? this.settings.resolutionWith(this.locals) : this.settings.resolution;
  }

  /** The schemas in which names are looked for, as set for the transaction or for the session: those that its role may use. */
  get searchPath(): readonly string[] {
    const { schema } = this.context;
    const set = this.inForce('search_path');
    const given = this.inForce('role');
    const role = given === undefined || given === 'none' ? this.role : given;
    if (this.path?.set !== set || this.path?.role !== role || this.path.schema !== schema) {
      const closed = schema.closedSchemas.get(role);
      const schemas = schemasIn(set, role).filter(each => !closed?.includes(each));
      this.path = { set, role, schema, schemas };
    }
    return this.path.schemas;
  }

  /** Who asks about what it has locked. */
  get asker(): Asker {
    return { role: this.role, set: this.inForce('role') };
  }

  private inForce(name: string): string | undefined {
    return (this.tx && this.locals?.get(name)) ?? this.settings.get(name);
  }

  /** The portal without a name gives way to another, or to a Query: it is not opened again. */
  leaveUnnamedPortal(): void {
    const portal = this.portals.get('');
    if (portal) this.tx?.cursors.delete(portal);
  }

  get status(): TransactionStatus {
    if (!this.tx) return 'I';
    return this.tx.failed ? 'E' : 'T';
  }
}
