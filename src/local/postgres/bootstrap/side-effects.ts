import { INTERNAL } from '../../engine-schema';

/**
 * The jobs that DSQL starts by itself: ANALYZE after CREATE TABLE, DROP for each dropped table or index. Event triggers record them in
 * the client's transaction, so that ROLLBACK forgets them; the job runner finds the rows. The cluster's own DDL records nothing.
 */
export const sideEffectsSql = `
CREATE OR REPLACE FUNCTION ${INTERNAL}.record_job(type text, object oid, request jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ${INTERNAL}.jobs (job_id, status, job_type, class_id, object_id, start_time, request)
  VALUES (sys.uuid_to_base32_str(gen_random_uuid()), 'submitted', type, 'pg_catalog.pg_class'::regclass, object, clock_timestamp(), request);
END
$$;

CREATE OR REPLACE FUNCTION ${INTERNAL}.record_created() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF session_user <> current_user THEN
    PERFORM ${INTERNAL}.record_job('ANALYZE', objid, jsonb_build_object('type', 'analyze', 'tableOid', objid::bigint))
    FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' AND command_tag = 'CREATE TABLE';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION ${INTERNAL}.record_dropped() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF session_user <> current_user THEN
    PERFORM ${INTERNAL}.record_job('DROP', objid, jsonb_build_object('type', 'drop'))
    FROM pg_event_trigger_dropped_objects()
    WHERE object_type = 'table' OR (object_type = 'index' AND original);
  END IF;
END
$$;

DROP EVENT TRIGGER IF EXISTS dsql_record_created;
CREATE EVENT TRIGGER dsql_record_created ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
  EXECUTE FUNCTION ${INTERNAL}.record_created();
DROP EVENT TRIGGER IF EXISTS dsql_record_dropped;
CREATE EVENT TRIGGER dsql_record_dropped ON sql_drop EXECUTE FUNCTION ${INTERNAL}.record_dropped();
`;
