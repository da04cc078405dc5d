/** Tables with keys, foreign keys of several kinds and a view, and statements about them by chance, for `SnapshotOracle`. */
import type { Random } from '../../src/core/stress/random';
import type { Lock, OracleTable } from './snapshot-oracle';

/** Parents first. */
export const TABLES: readonly OracleTable[] = [
  { name: 'p', primaryKey: ['id'], unique: ['code'] },
  { name: 'c', primaryKey: ['id'], references: [{ column: 'pid', parent: 'p', key: 'id' }] },
  { name: 'd', primaryKey: ['id'], references: [{ column: 'pcode', parent: 'p', key: 'code' }] },
  { name: 'q', primaryKey: ['a', 'b'] },
  { name: 's', primaryKey: ['id'], references: [{ column: 'up', parent: 's', key: 'id' }] },
];

/** `actions`: of the foreign key from c to p. */
export const ddlOf = (actions: string): string[] => [
  'CREATE TABLE p (id int PRIMARY KEY, code int UNIQUE, v int NOT NULL DEFAULT 0 CHECK (v >= 0), tag text)',
  `CREATE TABLE c (id int PRIMARY KEY, pid int DEFAULT 1 REFERENCES p ${actions}, w int)`,
  'CREATE TABLE d (id int PRIMARY KEY, pcode int REFERENCES p (code) DEFERRABLE INITIALLY DEFERRED)',
  'CREATE TABLE q (a int, b int, v int, PRIMARY KEY (a, b))',
  'CREATE TABLE s (id int PRIMARY KEY, up int REFERENCES s ON DELETE CASCADE, v int)',
  'CREATE VIEW pv AS SELECT id, v, tag FROM p WHERE v < 1000',
];
export const DROP_ALL = [
  'DROP VIEW IF EXISTS pv',
  ...TABLES.map(({ name }) => `DROP TABLE IF EXISTS ${name}`).reverse(),
];

export const FIRST_ROWS = [
  'INSERT INTO p SELECT g, 10 + g, 100 FROM generate_series(1, 4) g',
  'INSERT INTO c VALUES (1, 1, 1), (2, 2, 1), (3, NULL, 0)',
  'INSERT INTO d VALUES (1, 13)',
  'INSERT INTO q SELECT g, h, 0 FROM generate_series(1, 3) g, generate_series(1, 2) h',
  'INSERT INTO s VALUES (1, NULL, 0), (2, 1, 0), (3, 2, 0)',
];

const LOCKS_P: Lock = { table: 'p', strength: 'exclusive' };

/** A statement, and what it locks. */
export type Form = string | readonly [string, Lock];

/** `:id` 1 to 5, `:code` 11 to 17, `:few` 1 to 3, `:n` 1 to 99. */
const FORMS: readonly Form[] = [
  'UPDATE p SET v = v + :n WHERE id = :id',
  'UPDATE p SET v = v + :n WHERE id <= :id RETURNING id, v',
  'UPDATE p SET code = :code WHERE id = :id RETURNING id, code',
  'UPDATE p SET code = NULL WHERE id = :id',
  'UPDATE p SET id = :id WHERE id = :id RETURNING *',
  'UPDATE p SET id = :id, code = :code, v = v + 1 WHERE code = :code',
  "UPDATE p SET (v, tag) = (SELECT 7, 'w' FROM c WHERE c.id = 1) WHERE id = :id AND EXISTS (SELECT FROM c WHERE id = 1) RETURNING id, v, tag",
  'UPDATE p SET v = v - :n WHERE id = :id',
  'UPDATE p SET v = v WHERE id >= :id',
  'UPDATE pv SET v = v + 1 WHERE id = :id RETURNING id, v',
  "UPDATE p SET tag = 't:few' WHERE v > (SELECT avg(v) FROM p) RETURNING id",
  'DELETE FROM p WHERE id = :id RETURNING id, code, v',
  'DELETE FROM p WHERE code >= :code AND v < 150',
  'DELETE FROM p USING c WHERE c.pid = p.id AND c.id = :id RETURNING p.id, c.id',
  'DELETE FROM pv WHERE id = :id',
  'INSERT INTO p VALUES (:id, :code, :n)',
  'INSERT INTO p (id, v) VALUES (:id, :n) RETURNING id, code, v, tag',
  'INSERT INTO p VALUES (:id, :code, 1), (:id, :code, 2) RETURNING *',
  'INSERT INTO p SELECT id + 1, code + 1, v FROM p WHERE id = :id RETURNING id',
  'INSERT INTO p VALUES (:id, :code, 3) ON CONFLICT DO NOTHING RETURNING id',
  'INSERT INTO p VALUES (:id, :code, 3) ON CONFLICT (code) DO NOTHING',
  'INSERT INTO p VALUES (:id, :code, 3) ON CONFLICT (id) DO UPDATE SET v = p.v + excluded.v RETURNING id, v',
  "INSERT INTO p VALUES (:id, :code, 3) ON CONFLICT (code) DO UPDATE SET v = p.v + 1, tag = 'u' WHERE p.v > :n RETURNING id, tag",
  'INSERT INTO p VALUES (:id, :code, 3) ON CONFLICT (id) DO UPDATE SET code = excluded.code RETURNING id, code',
  'INSERT INTO p SELECT g, 10 + g, g FROM generate_series(:few, :id) g ON CONFLICT (id) DO UPDATE SET v = p.v * 2 RETURNING id, v',
  'WITH gone AS (DELETE FROM c WHERE id = :id RETURNING pid, w) UPDATE p SET v = p.v + coalesce(gone.w, 0) FROM gone WHERE p.id = gone.pid RETURNING p.id, p.v',
  'WITH up AS (UPDATE p SET v = v + 2 WHERE id <= :id RETURNING id, v) INSERT INTO q SELECT id, :few, v FROM up RETURNING *',
  'WITH gone AS (DELETE FROM q WHERE a = :id RETURNING *) INSERT INTO q SELECT a + 1, b, v FROM gone RETURNING a, b',
  'WITH ins AS (INSERT INTO s VALUES (:id, NULL, 0) RETURNING id) SELECT (SELECT count(*) FROM ins), (SELECT count(*) FROM s)',
  'INSERT INTO c VALUES (:id, :id, :n)',
  'INSERT INTO c (id, w) VALUES (:id, :n) RETURNING *',
  'INSERT INTO c VALUES (:id, NULL, :n) ON CONFLICT (id) DO UPDATE SET pid = :id RETURNING id, pid',
  'INSERT INTO c SELECT :id, id, v FROM p WHERE id <= :id ORDER BY id DESC LIMIT 1 RETURNING *',
  'UPDATE c SET pid = :id WHERE id = :id',
  'UPDATE c SET pid = NULL WHERE pid = :id RETURNING id',
  'UPDATE c SET w = w + 1 WHERE id = :id RETURNING w',
  'UPDATE c SET w = p.v FROM p WHERE p.id = c.pid RETURNING c.id, c.w',
  'UPDATE c SET id = :id WHERE id = :id',
  'DELETE FROM c WHERE id = :id',
  'DELETE FROM c WHERE pid IN (SELECT id FROM p WHERE v < 110) RETURNING id',
  'INSERT INTO d VALUES (:id, :code)',
  'UPDATE d SET pcode = :code WHERE id = :id',
  'DELETE FROM d WHERE id <= :id RETURNING *',
  'UPDATE q SET v = v + 1 WHERE a = :id RETURNING *',
  'UPDATE q SET b = :few WHERE a = :id AND b = :few',
  'INSERT INTO q VALUES (:id, :few, 0) ON CONFLICT (a, b) DO UPDATE SET v = q.v + 10 RETURNING v',
  'INSERT INTO q VALUES (:id, :few, 0)',
  'INSERT INTO s VALUES (:id, :id, 0)',
  'UPDATE s SET up = :id WHERE id = :id',
  'UPDATE s SET v = v + 1 WHERE id = :id RETURNING v',
  'DELETE FROM s WHERE id = :id',
  ['SELECT id, v FROM p WHERE id = :id FOR UPDATE', LOCKS_P],
  ['SELECT id, v FROM p WHERE id <= :id FOR KEY SHARE', { table: 'p', strength: 'key' }],
  ['SELECT id FROM p ORDER BY id LIMIT 1 FOR UPDATE NOWAIT', LOCKS_P],
  ['SELECT id FROM p WHERE code = :code FOR UPDATE SKIP LOCKED', LOCKS_P],
  ['SELECT p.id, c.id FROM p JOIN c ON c.pid = p.id WHERE c.id <= :id ORDER BY 2 FOR UPDATE OF p', LOCKS_P],
  ['SELECT c.id, p.id FROM c JOIN p ON c.pid = p.id FOR UPDATE OF c', { table: 'c', strength: 'exclusive' }],
  ['SELECT id, up FROM s WHERE id = :id FOR UPDATE', { table: 's', strength: 'exclusive' }],
  ['WITH l AS (SELECT id, v FROM p WHERE id = :id FOR UPDATE) SELECT id, v FROM l', LOCKS_P],
  ['SELECT id FROM pv WHERE id = :id FOR UPDATE', LOCKS_P],
  ['SELECT id FROM (SELECT id FROM c WHERE pid = :id FOR KEY SHARE) AS x', { table: 'c', strength: 'key' }],
  'SELECT id, code, v, tag FROM p ORDER BY id',
  'SELECT id, pid, w FROM c ORDER BY id',
  'SELECT * FROM d ORDER BY id',
  'SELECT * FROM q ORDER BY a, b',
  'SELECT * FROM s ORDER BY id',
  "SELECT count(*), sum(v), (SELECT count(*) FROM c), (SELECT string_agg(id::text, ',' ORDER BY id) FROM pv) FROM p",
  'SELECT p.id, c.id, d.id FROM p LEFT JOIN c ON c.pid = p.id LEFT JOIN d ON d.pcode = p.code ORDER BY 1, 2, 3',
  'SELECT 100 / (v - :n) FROM p WHERE id = :id',
];

/** A statement by chance. */
export const randomSql = (random: Random): { sql: string; lock?: Lock } => chosen(FORMS, random);

/** One of the statements, with values by chance. */
export function chosen(forms: readonly Form[], random: Random): { sql: string; lock?: Lock } {
  const upTo = (limit: number): number => 1 + Math.floor(random() * limit);
  const form = forms[upTo(forms.length) - 1]!;
  const [text, lock] = typeof form === 'string' ? [form, undefined] : form;
  const values: Record<string, () => number> = {
    ':id': () => upTo(5),
    ':code': () => 10 + upTo(7),
    ':few': () => upTo(3),
    ':n': () => upTo(99),
  };
  const sql = text.replace(/:(?:id|code|few|n)\b/g, name => String(values[name]!()));
  return lock ? { sql, lock } : { sql };
}
