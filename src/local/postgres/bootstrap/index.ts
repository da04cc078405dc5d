import { createHash } from 'node:crypto';
import pg from 'pg';
import { ENGINE, INTERNAL } from '../../engine-schema';
import { dataNotUpdated } from '../../errors';
import { calledFunctionsSql } from './called-functions';
import { catalogSql } from './catalog';
import { guardedTablesSql, guardsSql } from './guards';
import { hiddenObjectsSql, unknownObjectsSql } from './hidden-objects';
import { iamSql } from './iam';
import { indexDefinitionsSql } from './index-definitions';
import { keySizesSql } from './key-sizes';
import { plannedRowsSql } from './planned-rows';
import { privateCopiesSql } from './private-copies';
import { replacedIndexesSql } from './replaced-indexes';
import { rolesSql } from './roles';
import { sideEffectsSql } from './side-effects';
import { systemFunctionsSql } from './system-functions';
import { systemSchemaSql } from './system-schema';
import { valueSizesSql } from './value-sizes';
import { visibilitySql } from './visibility';

const SCRIPTS = [
  ...[rolesSql, unknownObjectsSql, systemSchemaSql, systemFunctionsSql, iamSql, catalogSql],
  ...[
    indexDefinitionsSql,
    sideEffectsSql,
    replacedIndexesSql,
    calledFunctionsSql,
    guardsSql,
    keySizesSql,
    valueSizesSql,
    privateCopiesSql,
    plannedRowsSql,
    visibilitySql,
    guardedTablesSql,
  ],
].join('\n');

/** Another one whenever any of the scripts changes: each start brings data directories of other versions up to date. */
export const BOOTSTRAP_VERSION = createHash('sha256')
  .update((SCRIPTS + hiddenObjectsSql).replaceAll(ENGINE, 'dsql_engine').replaceAll(INTERNAL, 'dsql_internal'))
  .digest()
  .readInt32BE(0);

/** Of statements that PostgreSQL does not take as things are: not of its own failures, nor of what it lacks to work. */
const REFUSED = /^(?:0A|2|42|P0)/;

/**
 * Makes a PostgreSQL into a local cluster. Idempotent; in one transaction, so that a killed start leaves nothing half done.
 * @throws LOCAL_DATA_VERSION where `dataDir` is another version's, and not to be brought up to date; what else PostgreSQL answers as it is
 */
export async function bootstrap(client: pg.ClientBase, dataDir: string): Promise<void> {
  await renameOwnSchemas(client);
  const known = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('${INTERNAL}.bootstrap') IS NOT NULL AS exists`,
  );
  if (known.rows[0]?.exists) {
    const done = await client.query<{ version: number }>(`SELECT version FROM ${INTERNAL}.bootstrap`);
    if (done.rows[0]?.version === BOOTSTRAP_VERSION) return;
  }
  const script = `BEGIN;
SET LOCAL search_path = pg_catalog;
${SCRIPTS}
CREATE TABLE IF NOT EXISTS ${INTERNAL}.bootstrap (version integer NOT NULL);
DELETE FROM ${INTERNAL}.bootstrap;
INSERT INTO ${INTERNAL}.bootstrap VALUES (${BOOTSTRAP_VERSION});
${hiddenObjectsSql}
COMMIT`;
  await client.query(script).catch((error: unknown) => {
    const isRefused = error instanceof pg.DatabaseError && REFUSED.test(error.code ?? '');
    throw known.rows[0]?.exists && isRefused ? dataNotUpdated(dataDir, error) : error;
  });
}

/** The cluster's own schemas have other names in each process, see `ENGINE`. Clients may have schemas of such names. */
async function renameOwnSchemas(client: pg.ClientBase): Promise<void> {
  // by its number: in data of former versions a view has its name
  const { rows: catalogues } = await client.query<{ schemas: string }>('SELECT 2615::regclass::text AS schemas');
  for (const name of [ENGINE, INTERNAL]) {
    const { rows } = await client.query<{ former: string }>(
      `SELECT nspname AS former FROM ${catalogues[0]!.schemas}
       WHERE nspname ~ $1 AND nspowner = current_user::regrole ORDER BY oid LIMIT 1`,
      [`^${name.replace(/_[0-9a-f]+$/, '')}`],
    );
    const [{ former = name } = {}] = rows;
    if (former === name) continue;
    // one transaction: a killed start leaves no body with another name than the schema has
    await client.query(`ALTER SCHEMA ${former} RENAME TO ${name};
      UPDATE pg_catalog.pg_proc SET prosrc = replace(prosrc, '${former}.', '${name}.') WHERE strpos(prosrc, '${former}.') > 0
        AND proowner IN (current_user::regrole, 'pg_read_all_data'::regrole)`);
  }
}
