import { ENGINE } from '../../engine-schema';

/**
 * Copies of tables for a transaction that can no longer commit: temporary tables of the same names, with the rows of its snapshot, their
 * defaults, checks, keys and the foreign keys among them. What it writes from then on meets nobody else's writes, and ROLLBACK forgets it.
 * Where two of the tables have one name, the copies lie in schemas of their own, one for each schema of theirs.
 *
 * `written`: tables whose rows change, or views of such; the parents of their foreign keys are copied too. `removed`: those of which rows go
 * or keys change; the children are copied too. `used`: relations whose views are made anew over the copies, also those between. Refuses more
 * than `most_bytes` of tables, views beside two tables of one name, and views that call functions of clients or show what their owner may not see.
 *
 * Writing the copies calls the functions that users have put into checks, indexes and generated columns. They are not to have the rights of
 * the superuser, who may read files and start programs: the function is that of a role that may read the tables, and nothing else. Nor are
 * they to read tables for a client that may not: but for admin, no table is copied whose parts rest on functions or types of clients'.
 */
export const privateCopiesSql = `
GRANT CREATE, TEMPORARY ON DATABASE postgres TO pg_read_all_data;
-- which relations each view of clients is made from
CREATE OR REPLACE FUNCTION ${ENGINE}.view_parts() RETURNS TABLE (view oid, part oid)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT DISTINCT r.ev_class, d.refobjid FROM pg_rewrite r
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
  WHERE r.oid >= 16384 AND d.refobjid <> r.ev_class
$$;
CREATE OR REPLACE FUNCTION ${ENGINE}.has_view(relations oid[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$ SELECT EXISTS (SELECT FROM pg_class WHERE oid = ANY (relations) AND relkind = 'v') $$;
-- the tables, and in place of views those that they are made from
CREATE OR REPLACE FUNCTION ${ENGINE}.tables_beneath(relations oid[]) RETURNS oid[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
  IF NOT ${ENGINE}.has_view(relations) THEN RETURN relations; END IF;
  RETURN (
    WITH RECURSIVE beneath AS (
      SELECT unnest(relations) AS id UNION SELECT part FROM beneath JOIN ${ENGINE}.view_parts() ON view = id)
    SELECT coalesce(array_agg(id), '{}') FROM beneath JOIN pg_class ON oid = id WHERE relkind <> 'v');
END $$;
-- the views that lead from \`used\` to the tables \`copied\`, in an order in which they can be made
CREATE OR REPLACE FUNCTION ${ENGINE}.views_between(copied oid[], used oid[]) RETURNS oid[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  views oid[];
BEGIN
  IF NOT ${ENGINE}.has_view(used) THEN RETURN '{}'; END IF;
  WITH RECURSIVE needed AS (
    SELECT unnest(used) AS id UNION SELECT part FROM needed JOIN ${ENGINE}.view_parts() ON view = id
  ), above AS (
    SELECT view, 1 AS height FROM ${ENGINE}.view_parts() WHERE part = ANY (copied)
    UNION SELECT p.view, height + 1 FROM above JOIN ${ENGINE}.view_parts() p ON p.part = above.view WHERE height < 100
  )
  SELECT coalesce(array_agg(view ORDER BY height), '{}') INTO views
    FROM (SELECT view, max(height) AS height FROM above WHERE view IN (SELECT id FROM needed) GROUP BY view) AS found;
  IF EXISTS (
      SELECT FROM ${ENGINE}.view_parts() JOIN pg_class v ON v.oid = view JOIN pg_class p ON p.oid = part
      WHERE view = ANY (views) AND (v.relkind <> 'v' OR CASE WHEN part = ANY (copied || views) THEN v.relowner <> p.relowner
        ELSE NOT has_table_privilege(v.relowner, part, 'SELECT') END))
    OR EXISTS (SELECT FROM pg_attrdef WHERE adrelid = ANY (views))
    OR EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
      JOIN pg_proc f ON d.refclassid = 'pg_proc'::regclass AND f.oid = d.refobjid
      WHERE r.ev_class = ANY (views) AND f.oid >= 16384 AND f.provolatile <> 'i') THEN
    RAISE EXCEPTION 'no copies are made of these views';
  END IF;
  RETURN views;
END $$;
DROP FUNCTION IF EXISTS ${ENGINE}.private_copies(oid[], oid[], bigint);
DROP FUNCTION IF EXISTS ${ENGINE}.private_copies(oid[], oid[], oid[], bigint);
CREATE OR REPLACE FUNCTION ${ENGINE}.private_copies(written oid[], removed oid[], used oid[], most_bytes bigint)
RETURNS TABLE (schema_name text, table_name text, copy_schema text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  -- whom the transaction may be: a role is set for part of it only
  roles oid[] := ARRAY(SELECT oid FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER'));
  copied oid[];
  more oid[];
  views oid[];
  view oid;
  path text;
  definition text;
  definitions text[] := '{}';
  original record;
  item record;
  apart boolean;
  -- the schema of the copies, or what the names of theirs begin with
  spaces text := 'pg_temp';
BEGIN
  written := ${ENGINE}.tables_beneath(written);
  removed := ${ENGINE}.tables_beneath(removed);
  LOOP
    SELECT array_agg(DISTINCT conrelid) INTO more FROM pg_constraint
      WHERE contype = 'f' AND confrelid = ANY (removed) AND conrelid <> ALL (removed);
    EXIT WHEN more IS NULL;
    removed := removed || more;
    written := written || more;
  END LOOP;
  copied := ARRAY(SELECT unnest(written) UNION
    SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (written));
  views := ${ENGINE}.views_between(copied, used);
  apart := (SELECT count(*) <> count(DISTINCT relname) FROM pg_class WHERE oid = ANY (copied || views));
  IF (apart AND cardinality(views) > 0)
    OR (SELECT bool_or(relkind <> 'r' AND oid <> ALL (views)) OR sum(pg_relation_size(oid)) > most_bytes
      FROM pg_class WHERE oid = ANY (copied || views)) THEN
    RAISE EXCEPTION 'no copies are made of these tables';
  END IF;
  -- in their text the names of what is copied have no schema, so that they lead to the copies; under that path no function is looked for
  SELECT 'pg_catalog, ' || string_agg(DISTINCT quote_ident(nspname), ', ') INTO path
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (copied || views);
  FOREACH view IN ARRAY views LOOP
    PERFORM ${ENGINE}.set_setting('search_path', path, true);
    definition := pg_catalog.pg_get_viewdef(view);
    PERFORM ${ENGINE}.set_setting('search_path', 'pg_catalog, pg_temp', true);
    definitions := definitions || definition;
  END LOOP;
  IF session_user <> 'admin' AND EXISTS (
      SELECT FROM pg_depend d
      JOIN (SELECT 'pg_class'::regclass AS classid, unnest(copied) AS objid
        UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid = ANY (copied)
        UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE conrelid = ANY (copied)
        UNION ALL SELECT 'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE adrelid = ANY (copied)) part USING (classid, objid)
      LEFT JOIN pg_proc f ON d.refclassid = 'pg_proc'::regclass AND f.oid = d.refobjid
      WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_type'::regclass) AND d.refobjid >= 16384
        AND f.pronamespace IS DISTINCT FROM 'sys'::regnamespace) THEN
    RAISE EXCEPTION 'these tables call functions of clients';
  END IF;
  IF apart THEN
    spaces := format('copies_%s_', pg_backend_pid());
    FOR item IN SELECT DISTINCT relnamespace FROM pg_class WHERE oid = ANY (copied) LOOP
      EXECUTE format('CREATE SCHEMA %I', spaces || item.relnamespace);
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', spaces || item.relnamespace);
    END LOOP;
  END IF;
  FOR original IN SELECT c.oid, c.relname::text AS name, n.nspname::text AS schema, spaces || CASE WHEN apart THEN n.oid::text ELSE '' END AS space
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (copied) LOOP
    EXECUTE format('CREATE %s TABLE %I.%I (LIKE %I.%3$I INCLUDING ALL EXCLUDING IDENTITY EXCLUDING COMMENTS EXCLUDING STATISTICS)',
      CASE WHEN apart THEN 'UNLOGGED' ELSE 'TEMPORARY' END, original.space, original.name, original.schema);
    -- its indexes were made in the order of the original's; messages name them
    FOR item IN
      SELECT o.relname AS name, t.relname AS given
      FROM (SELECT indexrelid, row_number() OVER (ORDER BY indexrelid) AS n FROM pg_index WHERE indrelid = original.oid) oi
      JOIN (SELECT indexrelid, row_number() OVER (ORDER BY indexrelid) AS n FROM pg_index
            WHERE indrelid = format('%I.%I', original.space, original.name)::regclass) ti USING (n)
      JOIN pg_class o ON o.oid = oi.indexrelid JOIN pg_class t ON t.oid = ti.indexrelid
      WHERE o.relname <> t.relname
    LOOP
      EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', original.space, item.given, item.name);
    END LOOP;
    FOR item IN SELECT a.attname, pg_get_serial_sequence(format('%I.%I', original.schema, original.name), a.attname) AS sequence
      FROM pg_attribute a WHERE a.attrelid = original.oid AND a.attidentity <> '' AND NOT a.attisdropped
    LOOP
      EXECUTE format('ALTER TABLE %I.%I ALTER COLUMN %I SET DEFAULT nextval(%L)', original.space, original.name, item.attname, item.sequence);
    END LOOP;
    SELECT string_agg(quote_ident(attname), ', ') AS columns INTO item FROM pg_attribute
      WHERE attrelid = original.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE format('INSERT INTO %I.%I (%s) SELECT %3$s FROM %I.%2$I', original.space, original.name, item.columns, original.schema);
  END LOOP;
  FOR item IN SELECT relname AS name, array_to_string(reloptions, ', ') AS options, definitions[n] AS definition
      FROM unnest(views) WITH ORDINALITY AS made(id, n) JOIN pg_class ON oid = id ORDER BY n LOOP
    definition := format('CREATE TEMPORARY VIEW %I %s AS %s', item.name, coalesce('WITH (' || item.options || ')', ''), item.definition);
    PERFORM ${ENGINE}.set_setting('search_path', path, true);
    EXECUTE definition;
    PERFORM ${ENGINE}.set_setting('search_path', 'pg_catalog, pg_temp', true);
  END LOOP;
  IF EXISTS (SELECT FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
      WHERE c.relnamespace = pg_my_temp_schema() AND d.refobjid = ANY (copied || views)) THEN
    RAISE EXCEPTION 'a view does not lead to the copies';
  END IF;
  FOR original IN SELECT c.oid, c.relname::text AS name, n.nspname::text AS schema, spaces || CASE WHEN apart THEN n.oid::text ELSE '' END AS space
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (copied || views) LOOP
    FOR item IN SELECT privilege, string_agg(role::regrole::text, ', ') AS granted
        FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) privilege, unnest(roles) role
        WHERE has_table_privilege(role, original.oid, privilege) GROUP BY privilege LOOP
      EXECUTE format('GRANT %s ON %I.%I TO %s', item.privilege, original.space, original.name, item.granted);
    END LOOP;
    schema_name := original.schema;
    table_name := original.name;
    copy_schema := original.space;
    RETURN NEXT;
  END LOOP;
  FOR item IN
    SELECT k.conname, c.relname AS child, p.relname AS parent, spaces || CASE WHEN apart THEN c.relnamespace::text ELSE '' END AS child_space,
      spaces || CASE WHEN apart THEN p.relnamespace::text ELSE '' END AS parent_space, k.condeferrable, k.condeferred,
      (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY AS u(num, n)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num) AS columns,
      (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY n) FROM unnest(k.confkey) WITH ORDINALITY AS u(num, n)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num) AS keys,
      (SELECT string_agg(quote_ident(a.attname), ', ') FROM unnest(k.confdelsetcols) AS u(num)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num) AS set_columns,
      CASE k.confmatchtype WHEN 'f' THEN 'MATCH FULL' ELSE '' END AS matching,
      '{"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}'::jsonb ->> k.confupdtype::text AS on_update,
      '{"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}'::jsonb ->> k.confdeltype::text AS on_delete
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conrelid = ANY (copied) AND k.confrelid = ANY (copied)
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT %I FOREIGN KEY (%s) REFERENCES %I.%I (%s) %s ON UPDATE %s ON DELETE %s%s%s%s NOT VALID',
      item.child_space, item.child, item.conname, item.columns, item.parent_space, item.parent, item.keys, item.matching, item.on_update, item.on_delete,
      coalesce(' (' || item.set_columns || ')', ''), CASE WHEN item.condeferrable THEN ' DEFERRABLE' ELSE '' END,
      CASE WHEN item.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END);
  END LOOP;
END
$$;
ALTER FUNCTION ${ENGINE}.private_copies(oid[], oid[], oid[], bigint) OWNER TO pg_read_all_data;
`;
