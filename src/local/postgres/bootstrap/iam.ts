import { ENGINE, INTERNAL } from '../../engine-schema';

/**
 * AWS IAM GRANT and REVOKE: functions `iam_grant(role, arn)` and `iam_revoke(role, arn)` of the cluster's schema, called in the client's transaction. Texts: the
 * User Guide's list of errors. A role with a mapping holds a privilege of its own on the view of mappings: DROP ROLE then fails with
 * PostgreSQL's own 2BP01, as in DSQL.
 */
export const iamSql = `
CREATE OR REPLACE FUNCTION ${INTERNAL}.check_iam_caller(role_name text) RETURNS oid LANGUAGE plpgsql STABLE AS $$
DECLARE
  caller name := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
BEGIN
  IF caller <> 'admin' THEN
    RAISE EXCEPTION 'permission denied to grant IAM trust with role %', role_name USING ERRCODE = '42501';
  END IF;
  RETURN (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = caller);
END
$$;

CREATE OR REPLACE FUNCTION ${ENGINE}.iam_grant(role_name text, iam_arn text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  grantor oid := ${INTERNAL}.check_iam_caller(role_name);
  target record;
BEGIN
  SELECT oid, rolcanlogin, rolsuper INTO target FROM pg_roles WHERE rolname = role_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'role "%" does not exist', role_name USING ERRCODE = '42704';
  END IF;
  IF role_name = 'admin' OR role_name LIKE 'pg\\_%' OR target.rolsuper THEN
    RAISE EXCEPTION 'Role % not supported', role_name USING ERRCODE = '0A000';
  END IF;
  IF NOT target.rolcanlogin THEN
    RAISE EXCEPTION 'role % must have the LOGIN attribute', role_name USING ERRCODE = '42809';
  END IF;
  IF iam_arn !~ '^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(role|user|assumed-role)/[A-Za-z0-9+=,.@_/-]+$' THEN
    RAISE EXCEPTION 'IAM role must look like an IAM ARN' USING ERRCODE = '22023';
  END IF;
  -- a mapping of a role that was dropped must not come to life for another with its number
  DELETE FROM ${INTERNAL}.iam_mappings m WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = m.role_oid);
  IF EXISTS (SELECT FROM ${INTERNAL}.iam_mappings m WHERE m.role_oid = target.oid AND m.arn = iam_arn) THEN
    RAISE EXCEPTION 'IAM role % is already granted to role %', iam_arn, role_name USING ERRCODE = '42710';
  END IF;
  INSERT INTO ${INTERNAL}.iam_mappings (arn, role_oid, grantor_oid) VALUES (iam_arn, target.oid, grantor);
  EXECUTE format('GRANT SELECT ON sys.iam_pg_role_mappings TO %I', role_name);
END
$$;

CREATE OR REPLACE FUNCTION ${ENGINE}.iam_revoke(role_name text, iam_arn text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  target oid;
BEGIN
  PERFORM ${INTERNAL}.check_iam_caller(role_name);
  SELECT oid INTO target FROM pg_roles WHERE rolname = role_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'role "%" does not exist', role_name USING ERRCODE = '42704';
  END IF;
  DELETE FROM ${INTERNAL}.iam_mappings WHERE role_oid = target AND arn = iam_arn;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'IAM role % does not exist', iam_arn USING ERRCODE = '42704';
  END IF;
  IF NOT EXISTS (SELECT FROM ${INTERNAL}.iam_mappings WHERE role_oid = target) THEN
    EXECUTE format('REVOKE SELECT ON sys.iam_pg_role_mappings FROM %I', role_name);
  END IF;
END
$$;
DROP FUNCTION IF EXISTS sys.iam_grant(text, text), sys.iam_revoke(text, text);
`;
