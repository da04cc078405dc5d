import { ENGINE } from '../../engine-schema';

/**
 * Copies of tables for a transaction that can no longer commit: temporary tables of the same names, with the rows of its snapshot, their
 * defaults, checks, keys and the foreign keys among them. What it writes from then on meets nobody else's writes, and ROLLBACK forgets it.
 *
 * `written`: tables whose rows change; the parents of their foreign keys are copied too. `removed`: those of which rows go or keys change;
 * the children are copied too. Refuses more than `most_bytes` of tables, and two tables of one name.
 *
 * Writing the copies calls the functions that users have put into checks, indexes and generated columns. They are not to have the rights of
 * the superuser, who may read files and start programs: the function is that of a role that may read the tables, and nothing else. Nor are
 * they to read tables for a client that may not: but for admin, no table is copied whose parts rest on functions or types of clients'.
 */
export const privateCopiesSql = `
GRANT TEMPORARY ON DATABASE postgres TO pg_read_all_data;
CREATE OR REPLACE FUNCTION ${ENGINE}.private_copies(written oid[], removed oid[], most_bytes bigint)
RETURNS TABLE (schema_name text, table_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  caller text := CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END;
  copied oid[];
  more oid[];
  original record;
  item record;
  granted text;
BEGIN
  LOOP
    SELECT array_agg(DISTINCT conrelid) INTO more FROM pg_constraint
      WHERE contype = 'f' AND confrelid = ANY (removed) AND conrelid <> ALL (removed);
    EXIT WHEN more IS NULL;
    removed := removed || more;
    written := written || more;
  END LOOP;
  copied := ARRAY(SELECT unnest(written) UNION
    SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (written));
  IF (SELECT count(*) <> count(DISTINCT relname) OR bool_or(relkind <> 'r') OR sum(pg_relation_size(oid)) > most_bytes
      FROM pg_class WHERE oid = ANY (copied)) THEN
    RAISE EXCEPTION 'no copies are made of these tables';
  END IF;
  IF caller <> 'admin' AND EXISTS (
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
  FOR original IN SELECT c.oid, c.relname::text AS name, n.nspname::text AS schema FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (copied) LOOP
    EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE %I.%I INCLUDING ALL EXCLUDING IDENTITY EXCLUDING COMMENTS EXCLUDING STATISTICS)',
      original.name, original.schema, original.name);
    -- its indexes were made in the order of the original's; messages name them
    FOR item IN
      SELECT o.relname AS name, t.relname AS given
      FROM (SELECT indexrelid, row_number() OVER (ORDER BY indexrelid) AS n FROM pg_index WHERE indrelid = original.oid) oi
      JOIN (SELECT indexrelid, row_number() OVER (ORDER BY indexrelid) AS n FROM pg_index
            WHERE indrelid = format('pg_temp.%I', original.name)::regclass) ti USING (n)
      JOIN pg_class o ON o.oid = oi.indexrelid JOIN pg_class t ON t.oid = ti.indexrelid
      WHERE o.relname <> t.relname
    LOOP
      EXECUTE format('ALTER INDEX pg_temp.%I RENAME TO %I', item.given, item.name);
    END LOOP;
    FOR item IN SELECT a.attname, pg_get_serial_sequence(format('%I.%I', original.schema, original.name), a.attname) AS sequence
      FROM pg_attribute a WHERE a.attrelid = original.oid AND a.attidentity <> '' AND NOT a.attisdropped
    LOOP
      EXECUTE format('ALTER TABLE pg_temp.%I ALTER COLUMN %I SET DEFAULT nextval(%L)', original.name, item.attname, item.sequence);
    END LOOP;
    SELECT string_agg(quote_ident(attname), ', ') AS columns INTO item FROM pg_attribute
      WHERE attrelid = original.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE format('INSERT INTO pg_temp.%I (%s) SELECT %2$s FROM %I.%1$I', original.name, item.columns, original.schema);
    SELECT string_agg(privilege, ', ') INTO granted FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) privilege
      WHERE has_table_privilege(caller, original.oid, privilege);
    IF granted IS NOT NULL THEN
      EXECUTE format('GRANT %s ON pg_temp.%I TO %I', granted, original.name, caller);
    END IF;
    schema_name := original.schema;
    table_name := original.name;
    RETURN NEXT;
  END LOOP;
  FOR item IN
    SELECT k.conname, c.relname AS child, p.relname AS parent, k.condeferrable, k.condeferred,
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
    EXECUTE format('ALTER TABLE pg_temp.%I ADD CONSTRAINT %I FOREIGN KEY (%s) REFERENCES pg_temp.%I (%s) %s ON UPDATE %s ON DELETE %s%s%s%s NOT VALID',
      item.child, item.conname, item.columns, item.parent, item.keys, item.matching, item.on_update, item.on_delete,
      coalesce(' (' || item.set_columns || ')', ''), CASE WHEN item.condeferrable THEN ' DEFERRABLE' ELSE '' END,
      CASE WHEN item.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END);
  END LOOP;
END
$$;
ALTER FUNCTION ${ENGINE}.private_copies(oid[], oid[], bigint) OWNER TO pg_read_all_data;
`;
