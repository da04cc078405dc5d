import { INTERNAL } from '../../engine-schema';

/** Triggers that hold rows to DSQL's sizes. No client sees them. */
export const GUARDS = ['dsql_key_sizes', 'dsql_value_sizes'];

/**
 * A table has a guard only where it needs one, for the rows of which its condition holds. That is kept as the trigger's argument: DDL that
 * changes nothing about it leaves the guard alone, and so needs no lock for it.
 */
export const guardsSql = `
-- the trigger \`guard\` is to be there with this condition; where that is null there is to be none
CREATE OR REPLACE FUNCTION ${INTERNAL}.set_guard(target oid, guard text, check_function text, condition text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  guarded text := (SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgrelid = target AND tgname = guard);
BEGIN
  IF coalesce(condition || '\\000', '') = coalesce(guarded, '') THEN
    RETURN;
  END IF;
  IF guarded IS NOT NULL THEN
    EXECUTE format('DROP TRIGGER %I ON %s', guard, target::regclass);
  END IF;
  IF condition IS NOT NULL THEN
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION ${INTERNAL}.%I(%L)',
      guard, target::regclass, condition, check_function, condition);
    UPDATE pg_trigger SET tgisinternal = true WHERE tgrelid = target AND tgname = guard;
    -- a column may be dropped: the trigger is then made anew, without it
    DELETE FROM pg_depend d USING pg_trigger t
    WHERE t.tgrelid = target AND t.tgname = guard AND d.classid = 'pg_trigger'::regclass AND d.objid = t.oid
      AND d.refobjid = target AND d.refobjsubid > 0;
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION ${INTERNAL}.guard_changed() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF session_user <> current_user THEN
    PERFORM ${INTERNAL}.guard_keys(c.oid), ${INTERNAL}.guard_values(c.oid) FROM (
      SELECT DISTINCT coalesce(i.indrelid, objid) AS oid FROM pg_event_trigger_ddl_commands()
      LEFT JOIN pg_index i ON i.indexrelid = objid WHERE classid = 'pg_class'::regclass
    ) changed JOIN pg_class c USING (oid) WHERE c.relkind = 'r' AND c.relpersistence = 'p';
  END IF;
END
$$;
DROP EVENT TRIGGER IF EXISTS dsql_guard_changed;
CREATE EVENT TRIGGER dsql_guard_changed ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE', 'CREATE INDEX')
  EXECUTE FUNCTION ${INTERNAL}.guard_changed();
`;

/** Tables that an earlier version made. Runs last: an earlier version may have named its catalogue of triggers otherwise. */
export const guardedTablesSql = `
SELECT ${INTERNAL}.guard_keys(c.oid), ${INTERNAL}.guard_values(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND c.oid >= 16384 AND n.nspname <> '${INTERNAL}';
`;
