import { createHash } from 'node:crypto';
import type pg from 'pg';
import { catalogSql } from './catalog';
import { iamSql } from './iam';
import { indexDefinitionsSql } from './index-definitions';
import { guardedTablesSql, keySizesSql } from './key-sizes';
import { privateCopiesSql } from './private-copies';
import { rolesSql } from './roles';
import { sideEffectsSql } from './side-effects';
import { systemFunctionsSql } from './system-functions';
import { systemSchemaSql } from './system-schema';
import { visibilitySql } from './visibility';

const SCRIPTS = [
  ...[rolesSql, systemSchemaSql, systemFunctionsSql, iamSql, catalogSql],
  ...[indexDefinitionsSql, sideEffectsSql, keySizesSql, privateCopiesSql, visibilitySql, guardedTablesSql],
].join('\n');

/** Another one whenever any of the scripts changes: each start brings data directories of other versions up to date. */
const BOOTSTRAP_VERSION = createHash('sha256').update(SCRIPTS).digest().readInt32BE(0);

/** Makes a PostgreSQL into a local cluster. Idempotent; in one transaction, so that a killed start leaves nothing half done. */
export async function bootstrap(client: pg.ClientBase): Promise<void> {
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
COMMIT`);
}
