/** Random statements of which most name both tables, or lock rows of either. */
import type { View } from './isolation-model';
import { answer, ascending, KEYS, to, type Make } from './isolation-statement';

/** The children up to `limit` that have a parent, with its row. */
const joined = ({ state }: View, limit: number) =>
  to(state.c, limit).flatMap(([id, child]) => {
    const parent = child.pid === null ? undefined : state.p.get(child.pid);
    return parent ? [{ id, child, pid: child.pid!, parent }] : [];
  });

/** What a clause of this kind says of waiting makes no difference: nobody waits. */
const POLICIES = ['', ' NOWAIT', ' SKIP LOCKED'];

export const FORMS_OF_BOTH: Make[] = [
  pick => {
    const x = pick(KEYS);
    return {
      sql: `UPDATE p SET v = (SELECT coalesce(sum(w), 0) FROM c WHERE pid = p.id) % 1000 WHERE id = ${x} RETURNING v`,
      effect: view => {
        if (!view.state.p.has(x)) return answer('UPDATE', 0);
        const sum = [...view.state.c.values()].reduce((all, { pid, w }) => all + (pid === x ? w : 0), 0);
        view.updateParent(x, { v: sum % 1000 });
        return answer('UPDATE', 1, [[sum % 1000]]);
      },
    };
  },
  pick => {
    const [x, pid, w] = [pick(KEYS), pick(KEYS), pick(9)];
    const ids = [x, (x % KEYS) + 1];
    return {
      sql: `INSERT INTO c VALUES ${ids.map(id => `(${id}, ${pid}, ${w})`).join(', ')} ON CONFLICT (id) DO UPDATE SET w = c.w + excluded.w RETURNING id, w`,
      effect: view => {
        const made = ids.filter(id => !view.state.c.has(id));
        const rows = ids.map(id => {
          const row = view.state.c.get(id);
          if (row) view.updateChild(id, { w: row.w + w });
          else view.insertChild(id, { pid, w });
          return [id, view.state.c.get(id)!.w];
        });
        if (made.length > 0) view.checkParent(pid);
        return answer('INSERT', 2, rows);
      },
    };
  },
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    return {
      sql: `UPDATE c SET w = c.w + ${k} FROM p WHERE p.id = c.pid AND c.id <= ${x} AND p.v > 100 RETURNING c.id, c.w, p.v`,
      effect: view => {
        const rows = joined(view, x).filter(({ parent }) => parent.v > 100);
        for (const { id, child } of rows) view.updateChild(id, { w: child.w + k });
        return answer(
          'UPDATE',
          rows.length,
          rows.map(({ id, child, parent }) => [id, child.w, parent.v]),
        );
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `WITH a AS (UPDATE p SET v = v + 1 WHERE id = ${x} RETURNING id), b AS (UPDATE c SET w = w + 1 WHERE pid = ${x} RETURNING id) SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)`,
      effect: view => {
        const row = view.state.p.get(x);
        const children = ascending(view.state.c).filter(([, { pid }]) => pid === x);
        if (row) view.updateParent(x, { v: row.v + 1 });
        for (const [id, { w }] of children) view.updateChild(id, { w: w + 1 });
        return answer('SELECT', 1, [[row ? 1 : 0, children.length]]);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `UPDATE p SET v = p.v + s.n FROM (SELECT pid, count(*)::int AS n FROM c WHERE id <= ${x} GROUP BY pid) s WHERE s.pid = p.id RETURNING p.id, p.v`,
      effect: view => {
        const counts = new Map<number, number>();
        for (const { pid } of joined(view, x)) counts.set(pid, (counts.get(pid) ?? 0) + 1);
        const rows = [...counts].map(([id, n]) => {
          view.updateParent(id, { v: view.state.p.get(id)!.v + n });
          return [id, view.state.p.get(id)!.v];
        });
        return answer('UPDATE', rows.length, rows);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `DELETE FROM p WHERE id IN (SELECT pid FROM c WHERE id = ${x}) RETURNING id`,
      effect: view => {
        const pid = view.state.c.get(x)?.pid ?? 0;
        if (!view.state.p.has(pid)) return answer('DELETE', 0);
        view.deleteParent(pid);
        return answer('DELETE', 1, [[pid]]);
      },
    };
  },
  pick => {
    const [x, policy] = [pick(KEYS), POLICIES[pick(3) - 1]!];
    return {
      sql: `SELECT id FROM p WHERE id >= ${x} ORDER BY id LIMIT 1 FOR UPDATE${policy}`,
      effect: view => {
        const first = ascending(view.state.p).find(([id]) => id >= x);
        if (first) view.claim(`p:${first[0]}`, 'exclusive');
        return answer('SELECT', first ? 1 : 0, first ? [[first[0]]] : []);
      },
    };
  },
  pick => {
    const [x, policy, isExclusive] = [pick(KEYS), POLICIES[pick(3) - 1]!, pick(2) === 1];
    return {
      sql: `SELECT id, w FROM c WHERE id <= ${x} ORDER BY id FOR ${isExclusive ? 'UPDATE' : 'KEY SHARE'}${policy}`,
      effect: view => {
        const rows = to(view.state.c, x);
        for (const [id] of rows) view.claim(`c:${id}`, isExclusive ? 'exclusive' : 'key');
        return answer(
          'SELECT',
          rows.length,
          rows.map(([id, { w }]) => [id, w]),
        );
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `SELECT c.id, p.id, p.v FROM c JOIN p ON p.id = c.pid WHERE c.id <= ${x} FOR UPDATE OF c FOR KEY SHARE OF p`,
      effect: view => {
        const rows = joined(view, x);
        for (const { id, pid } of rows) {
          view.claim(`c:${id}`, 'exclusive');
          view.claim(`p:${pid}`, 'key');
        }
        return answer(
          'SELECT',
          rows.length,
          rows.map(({ id, pid, parent }) => [id, pid, parent.v]),
        );
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `INSERT INTO p SELECT id + 1, code + 1, v FROM p WHERE id = ${x} RETURNING id, code`,
      effect: view => {
        const row = view.state.p.get(x);
        if (!row) return answer('INSERT', 0);
        view.insertParent(x + 1, { code: row.code + 1, v: row.v });
        return answer('INSERT', 1, [[x + 1, row.code + 1]]);
      },
    };
  },
];
