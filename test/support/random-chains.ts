/** Tables of which rows hang on rows that hang on rows, in chains of foreign keys and in one that refers to itself, and statements about them. */
import type { Random } from '../../src/core/stress/random';
import { chosen, type Form } from './random-sql';
import type { Lock, OracleTable } from './snapshot-oracle';

/** Parents first. */
export const TABLES: readonly OracleTable[] = [
  { name: 'a', primaryKey: ['id'], unique: ['code'] },
  { name: 'b', primaryKey: ['id'], unique: ['u'], references: [{ column: 'aid', parent: 'a', key: 'id' }] },
  { name: 'e', primaryKey: ['id'], references: [{ column: 'bid', parent: 'b', key: 'id' }] },
  { name: 't', primaryKey: ['id'], references: [{ column: 'up', parent: 't', key: 'id' }] },
  { name: 'k', primaryKey: ['x', 'y'] },
];
/** `actions`: of the foreign key from e to b. */
export const ddlOf = (actions: string): string[] => [
  'CREATE TABLE a (id int PRIMARY KEY, code int UNIQUE, v int NOT NULL DEFAULT 0)',
  'CREATE TABLE b (id int PRIMARY KEY, aid int REFERENCES a ON DELETE CASCADE ON UPDATE CASCADE, u int UNIQUE, v int)',
  `CREATE TABLE e (id int PRIMARY KEY, bid int DEFAULT 1 REFERENCES b ${actions}, v int)`,
  'CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t ON DELETE SET NULL ON UPDATE CASCADE, v int)',
  'CREATE TABLE k (x int, y int, v int, PRIMARY KEY (x, y))',
];
export const DROP_ALL = TABLES.map(({ name }) => `DROP TABLE IF EXISTS ${name}`).reverse();
export const FIRST_ROWS = [
  'INSERT INTO a SELECT g, 10 + g, 100 FROM generate_series(1, 4) g',
  'INSERT INTO b VALUES (1, 1, 11, 1), (2, 2, 12, 1), (3, 2, NULL, 0)',
  'INSERT INTO e VALUES (1, 1, 0), (2, 2, 0), (3, 3, 0)',
  'INSERT INTO t VALUES (1, NULL, 0), (2, 1, 0), (3, 2, 0), (4, 4, 0)',
  'INSERT INTO k SELECT g, h, 0 FROM generate_series(1, 3) g, generate_series(1, 2) h',
];

const A: Lock = { table: 'a', strength: 'exclusive' };
const AK: Lock = { table: 'a', strength: 'key' };
const B: Lock = { table: 'b', strength: 'exclusive' };
const FORMS: readonly Form[] = [
  'WITH x AS (INSERT INTO a VALUES (:id, :code, 3) ON CONFLICT (id) DO UPDATE SET v = a.v + 1 RETURNING id, v) SELECT id, v FROM x',
  'WITH x AS (INSERT INTO a VALUES (:id, :code, 3) ON CONFLICT DO NOTHING RETURNING id) SELECT (SELECT count(*) FROM x), (SELECT count(*) FROM a)',
  'WITH x AS (INSERT INTO a VALUES (:id, :code, 3) ON CONFLICT (code) DO UPDATE SET code = :code RETURNING id, code) INSERT INTO b SELECT code, id, code, 0 FROM x RETURNING id, aid, u',
  'WITH x AS (INSERT INTO b VALUES (:id, :id, :code, 0) ON CONFLICT (u) DO NOTHING RETURNING id) UPDATE a SET v = v + 1 WHERE id IN (SELECT id FROM x) RETURNING id, v',
  'INSERT INTO a VALUES (:id, :code, :n) ON CONFLICT (id) DO UPDATE SET id = :id, code = excluded.code WHERE a.v > :n RETURNING *',
  'INSERT INTO a SELECT g, 10 + g, 0 FROM generate_series(:few, :id) g ON CONFLICT DO NOTHING',
  'INSERT INTO b VALUES (:id, :id, :code, 0) ON CONFLICT (id) DO UPDATE SET aid = excluded.aid, u = excluded.u RETURNING *',
  'INSERT INTO b VALUES (:id, :id, :code, 0)',
  'INSERT INTO e VALUES (:id, :id, :n)',
  'INSERT INTO e (id) VALUES (:id) RETURNING *',
  'INSERT INTO t VALUES (:id, :id, 0), (:few, :id, 1) ON CONFLICT DO NOTHING RETURNING id',
  'INSERT INTO t VALUES (:id, :few, 0)',
  'UPDATE a SET id = :id WHERE id = :id RETURNING id',
  'UPDATE a SET id = 9 - id, code = 29 - code WHERE id IN (4, 5) RETURNING id, code',
  'UPDATE a SET code = CASE id WHEN :id THEN :code ELSE :code END WHERE id <= :few',
  'UPDATE a SET v = v WHERE id = :id',
  'UPDATE a SET id = id, code = code WHERE id = :id RETURNING id',
  'UPDATE a SET v = v + 1 WHERE id = :id',
  'UPDATE a SET v = (SELECT count(*) FROM b WHERE aid = a.id) WHERE id <= :id RETURNING id, v',
  'UPDATE b SET aid = :id WHERE id = :id',
  'UPDATE b SET id = :id, u = :code WHERE id = :id RETURNING id, u',
  'UPDATE b SET u = NULL WHERE u = :code',
  'UPDATE b SET v = v + 1 WHERE aid = :id RETURNING id, v',
  'UPDATE e SET bid = :id WHERE id = :id RETURNING id',
  'UPDATE e SET v = v + 1 WHERE bid = :id',
  'UPDATE e SET bid = DEFAULT WHERE id = :id',
  'UPDATE t SET id = :id WHERE id = :id',
  'UPDATE t SET up = :id WHERE id = :id',
  'UPDATE t SET id = id + 1 WHERE id = :id RETURNING id, up',
  'UPDATE t SET v = v + 1 WHERE up = :id RETURNING id',
  'UPDATE k SET x = 4 - x WHERE y = :few',
  'UPDATE k SET x = y, y = x WHERE x = :few AND y = :few RETURNING *',
  'UPDATE k SET y = y + 1 WHERE x = :few',
  'DELETE FROM a WHERE id = :id RETURNING *',
  'DELETE FROM a WHERE id = :id',
  'DELETE FROM b WHERE id = :id RETURNING id',
  'DELETE FROM b WHERE aid = :id',
  'DELETE FROM e WHERE id = :id',
  'DELETE FROM t WHERE id = :id RETURNING id, up',
  'DELETE FROM t WHERE up = :id',
  'DELETE FROM k WHERE x = :few RETURNING y',
  'WITH d AS (DELETE FROM k WHERE x = :few RETURNING *) INSERT INTO k SELECT x + 1, y, v + 1 FROM d ON CONFLICT (x, y) DO UPDATE SET v = k.v + excluded.v RETURNING x, y, v',
  'WITH d AS (DELETE FROM e WHERE bid = :id RETURNING id) DELETE FROM b WHERE id = :id RETURNING id',
  'WITH d AS (UPDATE a SET v = v + 1 WHERE id = :id RETURNING id) DELETE FROM b USING d WHERE b.aid = d.id RETURNING b.id',
  'INSERT INTO k VALUES (:few, :few, 1), (:few, :few, 2) RETURNING *',
  'INSERT INTO k VALUES (:few, :few, 1) ON CONFLICT DO NOTHING RETURNING v',
  ['SELECT id, code FROM a WHERE id <= :id ORDER BY code DESC, id LIMIT 2 FOR UPDATE', A],
  ['SELECT id FROM a WHERE id IN (SELECT aid FROM b WHERE id = :id) FOR UPDATE', A],
  ['SELECT id, v FROM a WHERE v = (SELECT max(v) FROM a) ORDER BY id FOR UPDATE', A],
  ['SELECT id FROM a ORDER BY id OFFSET 1 LIMIT 1 FOR KEY SHARE', AK],
  ['SELECT a.id, b.id FROM a JOIN b ON b.aid = a.id WHERE b.id = :id FOR KEY SHARE OF a', AK],
  ['SELECT b.id, a.id FROM b LEFT JOIN a ON a.id = b.aid WHERE b.id <= :id ORDER BY 1 LIMIT 1 FOR UPDATE OF b', B],
  ['SELECT x.id FROM (SELECT id FROM a WHERE id = :id) x, b WHERE b.aid = x.id AND b.id = :id FOR UPDATE OF x', A],
  ['SELECT id FROM b WHERE EXISTS (SELECT FROM e WHERE e.bid = b.id AND e.id = :id) FOR UPDATE', B],
  ['SELECT id FROM t WHERE up = :id FOR KEY SHARE', { table: 't', strength: 'key' }],
  ['WITH l AS (SELECT id FROM a WHERE id <= :id ORDER BY id LIMIT 1 FOR UPDATE) SELECT id FROM l', A],
  ['WITH l AS (SELECT id FROM a WHERE id = :id FOR KEY SHARE) SELECT id FROM l', AK],
  'SELECT * FROM a ORDER BY id',
  'SELECT * FROM b ORDER BY id',
  'SELECT * FROM e ORDER BY id',
  'SELECT * FROM t ORDER BY id',
  'SELECT * FROM k ORDER BY x, y',
  'SELECT a.id, b.id, e.id, e.v FROM a FULL JOIN b ON b.aid = a.id FULL JOIN e ON e.bid = b.id ORDER BY 1, 2, 3',
  'SELECT 1 / (v - :n) FROM a WHERE id = :id',
];

/** A statement by chance. */
export const randomSql = (random: Random): { sql: string; lock?: Lock } => chosen(FORMS, random);
