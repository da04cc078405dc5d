import { INTERNAL } from '../../engine-schema';

/** What the build of an index says of the one that it replaces: its number, and the name by which it was found. */
export const REPLACED_NUMBER = 'dsql_build.replaced';
export const REPLACED_NAME = 'dsql_build.name';

/** The table of indexes that have been replaced: none of them is a client's table's any more. */
export const REPLACED_INDEXES = `${INTERNAL}.replaced_indexes`;

/**
 * An index that is built in the place of another, which waited for its turn or was left of a broken-off build: CREATE INDEX CONCURRENTLY
 * brings it into the catalogue in a transaction of its own, and in that very transaction the other goes, so that their name always leads to
 * one of them. Nobody reads the other, as it is not valid; who still writes to it does no harm. It is another table's from then on, and
 * dropped when nobody has it open any more.
 */
export const replacedIndexesSql = `
CREATE TABLE IF NOT EXISTS ${REPLACED_INDEXES} ();
CREATE OR REPLACE FUNCTION ${INTERNAL}.replace_index() RETURNS event_trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  replaced oid := nullif(current_setting('${REPLACED_NUMBER}', true), '');
BEGIN
  IF replaced IS NULL OR session_user <> 'dsql_system' OR current_user <> session_user THEN
    RETURN;
  END IF;
  -- waits for whoever renames or drops it
  EXECUTE format('ALTER INDEX %s RENAME TO %I', current_setting('${REPLACED_NAME}'), 'dsql_replaced_' || replaced);
  UPDATE pg_class c SET relnamespace = home.relnamespace FROM pg_class home
    WHERE home.oid = '${REPLACED_INDEXES}'::regclass AND c.oid = replaced AND c.relname = 'dsql_replaced_' || replaced;
  IF NOT FOUND THEN
    RAISE serialization_failure USING MESSAGE = 'the name leads to another index';
  END IF;
  UPDATE pg_index SET indrelid = '${REPLACED_INDEXES}'::regclass, indisvalid = false, indisready = false, indislive = false
    WHERE indexrelid = replaced;
  DELETE FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = replaced;
  UPDATE ${INTERNAL}.jobs SET object_id = 0 WHERE object_id = replaced AND status IN ('submitted', 'processing');
END
$$;
DROP EVENT TRIGGER IF EXISTS dsql_replace_index;
CREATE EVENT TRIGGER dsql_replace_index ON ddl_command_start WHEN TAG IN ('CREATE INDEX')
  EXECUTE FUNCTION ${INTERNAL}.replace_index();
`;
