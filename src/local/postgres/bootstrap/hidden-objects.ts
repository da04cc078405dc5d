import { ENGINE, INTERNAL } from '../../engine-schema';

/** The numbers of all that the cluster has for itself, as an SQL expression: constant while a cluster runs, and so part of a plan. */
export const HIDDEN_OBJECTS = `${ENGINE}.hidden_objects()`;

const hiddenObjects = (numbers: string): string => `
CREATE OR REPLACE FUNCTION ${HIDDEN_OBJECTS} RETURNS oid[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT '${numbers}'::oid[] $$;`;

/** For what refers to them until all of them exist. */
export const unknownObjectsSql = hiddenObjects('{}');

/** Runs last: finds them. The views that statements read in place of catalogues are among them, see `./visibility`. */
export const hiddenObjectsSql = `
DO $find$
DECLARE
  schemas oid[] := ARRAY['${INTERNAL}'::regnamespace, '${ENGINE}'::regnamespace];
  relations oid[] := ARRAY(SELECT oid FROM pg_class WHERE relnamespace = ANY (schemas)
    OR relnamespace = 'pg_catalog'::regnamespace AND relname LIKE 'dsql\\_%');
  types oid[] := ARRAY(SELECT oid FROM pg_type WHERE typrelid = ANY (relations));
BEGIN
  EXECUTE replace($sql$${hiddenObjects('{}')}$sql$, '{}', (schemas || relations || types
    || ARRAY(SELECT oid FROM pg_type WHERE typelem = ANY (types))
    || ARRAY(SELECT oid FROM pg_proc WHERE pronamespace = ANY (schemas) OR proargtypes::oid[] && types)
    || ARRAY(SELECT oid FROM pg_constraint WHERE conrelid = ANY (relations))
    || ARRAY(SELECT oid FROM pg_attrdef WHERE adrelid = ANY (relations))
    || ARRAY(SELECT oid FROM pg_rewrite WHERE ev_class = ANY (relations))
    || ARRAY(SELECT oid FROM pg_event_trigger))::text);
END
$find$;
`;
