/** Random statements that run what is kept in the catalogue: functions of a client's, and views. */
import type { View } from './isolation-model';
import { answer, ascending, KEYS, to, type Make } from './isolation-statement';

/** Made in this order, dropped in the other one. */
export const KEPT: readonly { create: string; drop: string }[] = [
  ...[
    ['bump(i int, k int)', 'int', 'UPDATE p SET v = v + k WHERE id = i RETURNING v'],
    ['hold(i int)', 'int', 'SELECT v FROM p WHERE id = i FOR UPDATE'],
    ['share(i int)', 'int', 'SELECT v FROM p WHERE id = i FOR KEY SHARE'],
    ['leave(i int)', 'int', 'DELETE FROM c WHERE id = i RETURNING pid'],
    ['join_as(i int, parent int)', 'int', 'INSERT INTO c VALUES (i, parent, 0) RETURNING id'],
    ['total()', 'bigint STABLE', 'SELECT sum(v) FROM p'],
  ].map(([signature = '', type, body]) => ({
    create: `CREATE FUNCTION ${signature} RETURNS ${type} LANGUAGE sql AS '${body}'`,
    drop: `DROP FUNCTION IF EXISTS ${/^\w+/.exec(signature)![0]}`,
  })),
  ...[
    ['pv', 'SELECT id, code, v FROM p'],
    ['cv', 'SELECT id, pid, w FROM c'],
    ['pc', 'SELECT c.id, c.w, p.v FROM c JOIN p ON p.id = c.pid'],
    ['bumped', 'SELECT id, bump(id, 1) AS v FROM c'],
  ].map(([name, query]) => ({
    create: `CREATE VIEW ${name} AS ${query}`,
    drop: `DROP VIEW IF EXISTS ${name}`,
  })),
];

/** It calls one of the functions, also by a view. */
export const callsKept = (sql: string): boolean => /\b(?:bump|hold|share|leave|join_as|total)\(|\bbumped\b/.test(sql);

function bump(view: View, id: number | null, k: number): number | null {
  const row = id === null ? undefined : view.state.p.get(id);
  if (!row) return null;
  view.updateParent(id!, { v: row.v + k });
  return row.v;
}

function lock(view: View, id: number | null, strength: 'exclusive' | 'key'): number | null {
  const row = id === null ? undefined : view.state.p.get(id);
  if (row) view.claim(`p:${id}`, strength);
  return row?.v ?? null;
}

/** A SELECT of one row. */
const one = (...values: unknown[]): string => answer('SELECT', 1, [values]);

export const FORMS_OF_KEPT: Make[] = [
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    return { sql: `SELECT bump(${x}, ${k})`, effect: view => one(bump(view, x, k)) };
  },
  pick => {
    const [x, source] = [pick(KEYS), pick(2) === 1 ? 'bumped' : '(SELECT id, bump(id, 1) AS v FROM c) AS made'];
    return {
      sql: `SELECT id, v FROM ${source} WHERE id <= ${x}`,
      effect: view => {
        const rows = to(view.state.c, x).map(([id]) => [id, bump(view, id, 1)]);
        return answer('SELECT', rows.length, rows);
      },
    };
  },
  pick => {
    const [x, y] = [pick(KEYS), pick(KEYS)];
    return {
      sql: `UPDATE c SET w = c.w + coalesce(bump(${y}, 1), 0) % 10 WHERE id = ${x} RETURNING w`,
      effect: view => {
        const row = view.state.c.get(x);
        if (!row) return answer('UPDATE', 0);
        view.updateChild(x, { w: row.w + ((bump(view, y, 1) ?? 0) % 10) });
        return answer('UPDATE', 1, [[row.w]]);
      },
    };
  },
  pick => {
    const [x, isExclusive] = [pick(KEYS), pick(2) === 1];
    return {
      sql: `SELECT ${isExclusive ? 'hold' : 'share'}(${x})`,
      effect: view => one(lock(view, x, isExclusive ? 'exclusive' : 'key')),
    };
  },
  pick => {
    const [x, isExclusive] = [pick(KEYS), pick(2) === 1];
    return {
      sql: `SELECT id, ${isExclusive ? 'hold' : 'share'}(pid) FROM c WHERE id <= ${x} ORDER BY id`,
      effect: view => {
        const rows = to(view.state.c, x).map(([id, { pid }]) => [
          id,
          lock(view, pid, isExclusive ? 'exclusive' : 'key'),
        ]);
        return answer('SELECT', rows.length, rows);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `SELECT leave(${x})`,
      effect: view => {
        const row = view.state.c.get(x);
        if (row) view.deleteChild(x);
        return one(row?.pid ?? null);
      },
    };
  },
  pick => {
    const [x, pid] = [pick(KEYS), pick(KEYS)];
    return {
      sql: `SELECT join_as(${x}, ${pid})`,
      effect: view => {
        view.insertChild(x, { pid, w: 0 });
        view.checkParent(pid);
        return one(x);
      },
    };
  },
  () => ({
    sql: 'SELECT total()',
    effect: ({ state }) => one(state.p.size === 0 ? null : [...state.p.values()].reduce((sum, { v }) => sum + v, 0)),
  }),
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    return {
      sql: `UPDATE pv SET v = v + ${k} WHERE id <= ${x} RETURNING id, v`,
      effect: view => {
        const rows = to(view.state.p, x).map(([id]) => [id, bump(view, id, k)]);
        return answer('UPDATE', rows.length, rows);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `DELETE FROM cv WHERE id = ${x} RETURNING w`,
      effect: view => {
        const row = view.state.c.get(x);
        if (row) view.deleteChild(x);
        return answer('DELETE', row ? 1 : 0, row ? [[row.w]] : []);
      },
    };
  },
  pick => {
    const [x, limit] = [pick(KEYS), pick(KEYS)];
    return {
      sql: `INSERT INTO cv SELECT id, id, v FROM pv WHERE id BETWEEN ${x} AND ${limit} ON CONFLICT (id) DO NOTHING RETURNING id`,
      effect: view => {
        const rows = to(view.state.p, limit).filter(([id]) => id >= x && !view.state.c.has(id));
        for (const [id, { v }] of rows) view.insertChild(id, { pid: id, w: v });
        for (const [id] of rows) view.checkParent(id);
        return answer(
          'INSERT',
          rows.length,
          rows.map(([id]) => [id]),
        );
      },
    };
  },
  pick => {
    const [x, isExclusive] = [pick(KEYS), pick(2) === 1];
    return {
      sql: `SELECT id, w, v FROM pc WHERE id <= ${x} FOR ${isExclusive ? 'UPDATE' : 'KEY SHARE'}`,
      effect: view => {
        const strength = isExclusive ? 'exclusive' : 'key';
        const rows = to(view.state.c, x).flatMap(([id, { pid, w }]) => {
          const v = lock(view, pid, strength);
          if (v !== null) view.claim(`c:${id}`, strength);
          return v === null ? [] : [[id, w, v]];
        });
        return answer('SELECT', rows.length, rows);
      },
    };
  },
  () => ({
    sql: 'SELECT id, w, v FROM pc ORDER BY id',
    effect: ({ state }) => {
      const rows = ascending(state.c).flatMap(([id, { pid, w }]) => {
        const parent = pid === null ? undefined : state.p.get(pid);
        return parent ? [[id, w, parent.v]] : [];
      });
      return answer('SELECT', rows.length, rows);
    },
  }),
];
