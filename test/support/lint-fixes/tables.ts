import { P, T, type FixCase } from './fix-case';

/** Tables: how they are made, and what is added to them. */
export const TABLE_FIXES: readonly FixCase[] = [
  {
    rule: 'temp_table',
    fix: 'ordinary',
    text: 'CREATE LOCAL TEMPORARY TABLE f (id int PRIMARY KEY) ON COMMIT DELETE ROWS;',
    fixed: 'CREATE TABLE f (id int PRIMARY KEY);',
  },
  { rule: 'temp_view', fix: 'ordinary', text: 'CREATE TEMP VIEW v AS SELECT 1;', fixed: 'CREATE VIEW v AS SELECT 1;' },
  {
    rule: 'temp_sequence',
    fix: 'ordinary',
    text: 'CREATE TEMP SEQUENCE s CACHE 1;',
    fixed: 'CREATE SEQUENCE s CACHE 1;',
  },
  {
    rule: 'unlogged_table',
    fix: 'remove',
    text: 'CREATE UNLOGGED TABLE f (id int PRIMARY KEY);',
    fixed: 'CREATE TABLE f (id int PRIMARY KEY);',
  },
  {
    rule: 'table_storage_parameters',
    fix: 'remove',
    text: 'CREATE TABLE f (id int PRIMARY KEY) WITH (fillfactor = 70);',
    fixed: 'CREATE TABLE f (id int PRIMARY KEY);',
  },
  {
    rule: 'table_tablespace',
    fix: 'remove',
    text: 'CREATE TABLE f (id int PRIMARY KEY) TABLESPACE fast;',
    fixed: 'CREATE TABLE f (id int PRIMARY KEY);',
  },
  {
    rule: 'table_access_method',
    fix: 'remove',
    text: 'CREATE TABLE f (id int PRIMARY KEY) USING heap;',
    fixed: 'CREATE TABLE f (id int PRIMARY KEY);',
  },
  {
    rule: 'inherits',
    fix: 'remove',
    text: 'CREATE TABLE f (id int PRIMARY KEY) INHERITS (fx);',
    fixed: 'CREATE TABLE f (id int PRIMARY KEY);',
  },
  {
    rule: 'partition_by',
    fix: 'remove',
    text: 'CREATE TABLE f (id int PRIMARY KEY, d date) PARTITION BY RANGE (d, id);',
    fixed: 'CREATE TABLE f (id int PRIMARY KEY, d date);',
  },
  {
    rule: 'deferrable',
    fix: 'remove',
    text: 'CREATE TABLE f (id int PRIMARY KEY, a int UNIQUE DEFERRABLE INITIALLY DEFERRED);',
    fixed: 'CREATE TABLE f (id int PRIMARY KEY, a int UNIQUE);',
  },
  {
    rule: 'domain_collate',
    fix: 'remove',
    text: 'CREATE DOMAIN d AS text COLLATE "C" NOT NULL;',
    fixed: 'CREATE DOMAIN d AS text NOT NULL;',
  },
  {
    rule: 'add_constraint',
    fix: 'not-valid',
    given: [T],
    text: 'ALTER TABLE fx ADD CONSTRAINT positive CHECK (n > 0);',
    fixed:
      'ALTER TABLE fx ADD CONSTRAINT positive CHECK (n > 0) NOT VALID;\nALTER TABLE ASYNC fx VALIDATE CONSTRAINT positive;',
  },
  {
    rule: 'add_constraint',
    fix: 'not-valid',
    given: [P, 'CREATE TABLE child (id uuid PRIMARY KEY, parent_id uuid)'],
    text: 'ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE;',
    fixed:
      'ALTER TABLE child ADD CONSTRAINT child_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE NOT VALID;\nALTER TABLE ASYNC child VALIDATE CONSTRAINT child_parent_id_fkey;',
  },
  {
    rule: 'add_constraint',
    fix: 'index',
    given: [T],
    text: 'ALTER TABLE fx ADD UNIQUE (a);',
    fixed: `CREATE UNIQUE INDEX ASYNC fx_a_key ON fx (a);\n-- once the job is done: CALL sys.wait_for_job('<job_id>')\nALTER TABLE fx ADD CONSTRAINT fx_a_key UNIQUE USING INDEX fx_a_key;`,
  },
  {
    rule: 'set_not_null',
    fix: 'check',
    given: [T],
    text: 'ALTER TABLE fx ALTER COLUMN a SET NOT NULL;',
    fixed:
      'ALTER TABLE fx ADD CONSTRAINT fx_a_not_null CHECK (a IS NOT NULL) NOT VALID;\nALTER TABLE ASYNC fx VALIDATE CONSTRAINT fx_a_not_null;',
  },
  {
    rule: 'validate_constraint_sync',
    fix: 'async',
    given: [T, 'ALTER TABLE fx ADD CONSTRAINT positive CHECK (n > 0) NOT VALID'],
    text: 'ALTER TABLE fx VALIDATE CONSTRAINT positive;',
    fixed: 'ALTER TABLE ASYNC fx VALIDATE CONSTRAINT positive;',
  },
  {
    rule: 'add_column_constraint',
    fix: 'steps',
    given: [T],
    text: `BEGIN;\nALTER TABLE fx ADD COLUMN IF NOT EXISTS st varchar(9) DEFAULT 'new' NOT NULL;\nCOMMIT;`,
    fixed: `BEGIN;\nALTER TABLE fx ADD COLUMN IF NOT EXISTS st varchar(9);\nCOMMIT;\nBEGIN;\nALTER TABLE fx ALTER COLUMN st SET DEFAULT 'new';\nCOMMIT;\nBEGIN;\n-- rows that are there already, in batches of at most 3,000: run again until no row is changed\nUPDATE fx SET st = 'new' WHERE st IS NULL;\nCOMMIT;\nBEGIN;\nALTER TABLE fx ADD CONSTRAINT fx_st_not_null CHECK (st IS NOT NULL) NOT VALID;\nCOMMIT;\nBEGIN;\nALTER TABLE ASYNC fx VALIDATE CONSTRAINT fx_st_not_null;\nCOMMIT;`,
  },
  {
    rule: 'add_column_constraint',
    fix: 'steps',
    text: 'CREATE TABLE fx ("user" uuid PRIMARY KEY);\nALTER TABLE fx ADD COLUMN "order" int DEFAULT 5;',
    fixed:
      'CREATE TABLE fx ("user" uuid PRIMARY KEY);\nALTER TABLE fx ADD COLUMN "order" int;\nALTER TABLE fx ALTER COLUMN "order" SET DEFAULT 5;\n-- rows that are there already, in batches of at most 3,000: run again until no row is changed\nUPDATE fx SET "order" = 5 WHERE "user" IN (SELECT "user" FROM fx WHERE "order" IS NULL LIMIT 3000);',
  },
  {
    rule: 'add_column_constraint',
    fix: 'steps',
    given: [T, P],
    text: 'ALTER TABLE fx ADD COLUMN p uuid REFERENCES parent (id) ON DELETE SET NULL;',
    fixed:
      'ALTER TABLE fx ADD COLUMN p uuid;\nALTER TABLE fx ADD CONSTRAINT fx_p_fkey FOREIGN KEY (p) REFERENCES parent (id) ON DELETE SET NULL NOT VALID;\nALTER TABLE ASYNC fx VALIDATE CONSTRAINT fx_p_fkey;',
  },
  {
    rule: 'add_column_constraint',
    fix: 'steps',
    given: [T],
    text: 'ALTER TABLE fx ADD COLUMN u text UNIQUE;',
    fixed: 'ALTER TABLE fx ADD COLUMN u text;\nCREATE UNIQUE INDEX ASYNC fx_u_key ON fx (u);',
  },
];
