import { createHash } from 'node:crypto';
import type pg from 'pg';
import { ENGINE } from '../../engine-schema';
import { catalogSql } from './catalog';
import { hiddenObjectsSql, unknownObjectsSql } from './hidden-objects';
import { iamSql } from './iam';
import { indexDefinitionsSql } from './index-definitions';
import { guardedTablesSql, keySizesSql } from './key-sizes';
import { plannedRowsSql } from './planned-rows';
import { privateCopiesSql } from './private-copies';
import { rolesSql } from './roles';
import { sideEffectsSql } from './side-effects';
import { systemFunctionsSql } from './system-functions';
import { systemSchemaSql } from './system-schema';
import { visibilitySql } from './visibility';

const SCRIPTS = [
  ...[rolesSql, unknownObjectsSql, systemSchemaSql, systemFunctionsSql, iamSql, catalogSql],
  ...[
    indexDefinitionsSql,
    sideEffectsSql,
    keySizesSql,
    privateCopiesSql,
    plannedRowsSql,
    visibilitySql,
    guardedTablesSql,
  ],
].join('\n');

/** Another one whenever any of the scripts changes: each start brings data directories of other versions up to date. */
export const BOOTSTRAP_VERSION = createHash('sha256')
  .update((SCRIPTS + hiddenObjectsSql).replaceAll(ENGINE, 'dsql_engine'))
  .digest()
  .readInt32BE(0);

/** Makes a PostgreSQL into a local cluster. Idempotent; in one transaction, so that a killed start leaves nothing half done. */
export async function bootstrap(client: pg.ClientBase): Promise<void> {
  await nameEngineSchema(client);
  const known = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('dsql_internal.bootstrap') IS NOT NULL AS exists`,
  );
  if (known.rows[0]?.exists) {
    const done = await client.query<{ version: number }>('SELECT version FROM dsql_internal.bootstrap');
    if (done.rows[0]?.version === BOOTSTRAP_VERSION) return;
  }
  await client.query(`BEGIN;
SET LOCAL search_path = pg_catalog;
${SCRIPTS}
CREATE TABLE IF NOT EXISTS dsql_internal.bootstrap (version integer NOT NULL);
DELETE FROM dsql_internal.bootstrap;
INSERT INTO dsql_internal.bootstrap VALUES (${BOOTSTRAP_VERSION});
${hiddenObjectsSql}
COMMIT`);
}

/** The schema of the cluster's own functions has another name in each process, see `ENGINE`. Clients may have schemas of such names. */
async function nameEngineSchema(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_catalog.pg_namespace
     WHERE nspname ~ '^dsql_engine' AND nspowner = current_user::regrole ORDER BY oid LIMIT 1`,
  );
  const [former] = rows;
  if (former && former.name !== ENGINE) await client.query(`ALTER SCHEMA ${former.name} RENAME TO ${ENGINE}`);
}
