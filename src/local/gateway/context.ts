import type { Clock } from '../../base/clock';
import type { Dialect } from '../../core/dialect/contract';
import type { Adjudicator } from '../adjudicator/adjudicator';
import type { CatalogChanges } from '../adjudicator/catalog-changes';
import type { ConflictInjector } from '../adjudicator/injection';
import type { Footprints } from '../adjudicator/footprints';
import type { Authenticator, Explainer, JobRunner } from '../ports';
import type { ControlConnection } from './control';
import type { SchemaFacts } from './schema-facts';
import type { Limits } from './limits';
import type { BackendPool } from './pool';
import type { PracticeAdmissions } from './practice-limits';
import type { StatementRegistry } from './statements';

/** Takes one line about what went wrong; never a token or a statement's values. */
export type Log = (line: string) => void;

/** What all sessions of a gateway share. */
export interface GatewayContext {
  dialect: Dialect;
  authenticator: Authenticator;
  explainer: Explainer;
  jobs: JobRunner;
  clock: Clock;
  limits: Limits;
  log: Log;
  pool: BackendPool;
  control: ControlConnection;
  registry: StatementRegistry;
  adjudicator: Adjudicator;
  footprints: Footprints;
  catalog: CatalogChanges;
  /** Connections that practise with a smaller burst. */
  practice: PracticeAdmissions;
  injector: ConflictInjector;
  /** Read anew after each change of the catalogue. */
  schema: SchemaFacts;
  /** How many changes of the catalogue it has seen. */
  schemaSequence: number;
  schemaChanged(): Promise<void>;
}
