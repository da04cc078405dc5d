/** Random statements of every form, each with what it does to the model. */
import type { Random } from '../../src/core/stress/random';
import { FORMS_OF_BOTH } from './isolation-both';
import { FORMS_OF_KEPT } from './isolation-kept';
import type { ModelTransaction, View } from './isolation-model';
import { answer, ascending, KEYS, to, type Make, type RandomStatement } from './isolation-statement';

const FORMS: Make[] = [
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    return {
      sql: `UPDATE p SET v = v + ${k} WHERE id = ${x}`,
      effect: view => {
        const row = view.state.p.get(x);
        if (row) view.updateParent(x, { v: row.v + k });
        return answer('UPDATE', row ? 1 : 0);
      },
    };
  },
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    return {
      sql: `UPDATE p SET v = v + ${k} WHERE id <= ${x} RETURNING id, v`,
      effect: view => {
        const rows = to(view.state.p, x);
        for (const [id, row] of rows) view.updateParent(id, { v: row.v + k });
        return answer(
          'UPDATE',
          rows.length,
          rows.map(([id, row]) => [id, row.v]),
        );
      },
    };
  },
  pick => {
    const [x, code] = [pick(KEYS), 10 + pick(KEYS + 3)];
    return {
      sql: `UPDATE p SET code = ${code} WHERE id = ${x} RETURNING code`,
      effect: view => {
        if (!view.state.p.has(x)) return answer('UPDATE', 0);
        view.updateParent(x, { code });
        return answer('UPDATE', 1, [[code]]);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `DELETE FROM p WHERE id = ${x} RETURNING id, code, v`,
      effect: view => {
        const row = view.state.p.get(x);
        if (!row) return answer('DELETE', 0);
        view.deleteParent(x);
        return answer('DELETE', 1, [[x, row.code, row.v]]);
      },
    };
  },
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    return {
      sql: `INSERT INTO p VALUES (${x}, ${10 + x}, ${k})`,
      effect: view => {
        view.insertParent(x, { code: 10 + x, v: k });
        return answer('INSERT', 1);
      },
    };
  },
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    return {
      sql: `INSERT INTO p VALUES (${x}, ${10 + x}, ${k}) ON CONFLICT DO NOTHING RETURNING id`,
      effect: view => {
        const met = [...view.state.p].filter(([id, row]) => id === x || row.code === 10 + x);
        if (met.length > 0) return answer('INSERT', 0);
        view.insertParent(x, { code: 10 + x, v: k });
        return answer('INSERT', 1, [[x]]);
      },
    };
  },
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    return {
      sql: `INSERT INTO p VALUES (${x}, ${10 + x}, ${k}) ON CONFLICT (id) DO UPDATE SET v = p.v + excluded.v RETURNING id, v`,
      effect: view => {
        const row = view.state.p.get(x);
        if (row) view.updateParent(x, { v: row.v + k });
        else view.insertParent(x, { code: 10 + x, v: k });
        return answer('INSERT', 1, [[x, view.state.p.get(x)!.v]]);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `WITH gone AS (DELETE FROM c WHERE id = ${x} RETURNING pid) UPDATE p SET v = v + 1 FROM gone WHERE p.id = gone.pid RETURNING p.id, p.v`,
      effect: view => {
        const pid = view.state.c.get(x)?.pid ?? 0;
        if (view.state.c.has(x)) view.deleteChild(x);
        const row = view.state.p.get(pid);
        if (row) view.updateParent(pid, { v: row.v + 1 });
        return answer('UPDATE', row ? 1 : 0, row ? [[pid, row.v]] : []);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `WITH up AS (UPDATE p SET v = v * 2 WHERE id <= ${x} RETURNING v) SELECT count(*), coalesce(sum(v), 0) FROM up`,
      effect: view => {
        const rows = to(view.state.p, x);
        for (const [id, row] of rows) view.updateParent(id, { v: (row.v * 2) % 2 ** 30 });
        return answer('SELECT', 1, [[rows.length, rows.reduce((sum, [, row]) => sum + row.v, 0)]]);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `UPDATE p SET v = p.v + c.w FROM c WHERE c.pid = p.id AND c.id = ${x} RETURNING p.id, p.v, c.w`,
      effect: view => {
        const child = view.state.c.get(x);
        const row = child?.pid ? view.state.p.get(child.pid) : undefined;
        if (!child?.pid || !row) return answer('UPDATE', 0);
        view.updateParent(child.pid, { v: row.v + child.w });
        return answer('UPDATE', 1, [[child.pid, row.v, child.w]]);
      },
    };
  },
  pick => {
    const [x, pid, w] = [pick(KEYS), pick(KEYS), pick(9)];
    return {
      sql: `INSERT INTO c VALUES (${x}, ${pid}, ${w})`,
      effect: view => {
        view.insertChild(x, { pid, w });
        view.checkParent(pid);
        return answer('INSERT', 1);
      },
    };
  },
  pick => {
    const [x, limit] = [pick(KEYS), pick(KEYS)];
    return {
      sql: `INSERT INTO c SELECT ${x}, id, v FROM p WHERE id <= ${limit} ORDER BY id DESC LIMIT 1 RETURNING *`,
      effect: view => {
        const last = to(view.state.p, limit).at(-1);
        if (!last) return answer('INSERT', 0);
        view.insertChild(x, { pid: last[0], w: last[1].v });
        view.checkParent(last[0]);
        return answer('INSERT', 1, [[x, last[0], last[1].v]]);
      },
    };
  },
  pick => {
    const [x, pid] = [pick(KEYS), pick(KEYS)];
    return {
      sql: `UPDATE c SET pid = ${pid} WHERE id = ${x}`,
      effect: view => {
        const row = view.state.c.get(x);
        if (!row) return answer('UPDATE', 0);
        const moved = row.pid !== pid;
        view.updateChild(x, { pid });
        if (moved) view.checkParent(pid);
        return answer('UPDATE', 1);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `UPDATE c SET w = w + 1 WHERE id = ${x} RETURNING w`,
      effect: view => {
        const row = view.state.c.get(x);
        if (!row) return answer('UPDATE', 0);
        view.updateChild(x, { w: row.w + 1 });
        return answer('UPDATE', 1, [[row.w]]);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `DELETE FROM c WHERE id = ${x}`,
      effect: view => {
        const known = view.state.c.has(x);
        if (known) view.deleteChild(x);
        return answer('DELETE', known ? 1 : 0);
      },
    };
  },
  pick => {
    const [x, to] = [pick(KEYS), pick(KEYS)];
    return {
      sql: `UPDATE p SET id = ${to} WHERE id = ${x} AND id <> ${to} RETURNING id, code`,
      effect: view => {
        const row = view.state.p.get(x);
        if (!row || x === to) return answer('UPDATE', 0);
        view.moveParent(x, to);
        return answer('UPDATE', 1, [[to, row.code]]);
      },
    };
  },
  pick => {
    const [x, k] = [pick(KEYS), pick(9)];
    const ids = [x, (x % KEYS) + 1];
    return {
      sql: `INSERT INTO p SELECT g, 10 + g, ${k} FROM unnest(ARRAY[${ids}]) g ON CONFLICT DO NOTHING RETURNING id`,
      effect: view => {
        const made = ids.filter(id => {
          const met = [...view.state.p].filter(([other, row]) => other === id || row.code === 10 + id);
          if (met.length === 0) view.insertParent(id, { code: 10 + id, v: k });
          return met.length === 0;
        });
        return answer(
          'INSERT',
          made.length,
          made.map(id => [id]),
        );
      },
    };
  },
  pick => {
    const [x, code, k] = [pick(KEYS), 10 + pick(KEYS + 3), pick(9)];
    return {
      sql: `INSERT INTO p VALUES (${x}, ${code}, ${k}) ON CONFLICT (code) DO UPDATE SET v = excluded.v RETURNING id, v`,
      effect: view => {
        const [id] = [...view.state.p].find(([, row]) => row.code === code) ?? [x];
        if (view.state.p.get(id)?.code === code) view.updateParent(id, { v: k });
        else view.insertParent(x, { code, v: k });
        return answer('INSERT', 1, [[id, k]]);
      },
    };
  },
  pick => {
    const [x, code, k] = [pick(KEYS), 10 + pick(KEYS + 3), pick(9)];
    return {
      sql: `INSERT INTO p VALUES (${x}, ${code}, ${k}) ON CONFLICT (id) DO UPDATE SET code = excluded.code RETURNING id, code, v`,
      effect: view => {
        const met = view.state.p.has(x);
        if (met) view.updateParent(x, { code });
        // PostgreSQL locks the row as for another key; whether the service does so where the key stays the same is not known
        if (met) view.claim(`p:${x}`, 'exclusive');
        else view.insertParent(x, { code, v: k });
        return answer('INSERT', 1, [[x, code, view.state.p.get(x)!.v]]);
      },
    };
  },
  pick => {
    const [x, y, w] = [pick(KEYS), pick(KEYS), pick(9)];
    return {
      sql: `WITH new AS (INSERT INTO p VALUES (${x}, ${10 + x}, ${w}) RETURNING id) INSERT INTO c SELECT ${y}, id, ${w} FROM new`,
      effect: view => {
        view.insertParent(x, { code: 10 + x, v: w });
        view.insertChild(y, { pid: x, w });
        view.checkParent(x);
        return answer('INSERT', 1);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `DELETE FROM c USING p WHERE c.pid = p.id AND p.id <= ${x} RETURNING c.id, p.v`,
      effect: view => {
        const gone = ascending(view.state.c).flatMap(([id, { pid }]) => {
          const parent = pid !== null && pid <= x ? view.state.p.get(pid) : undefined;
          return parent ? [[id, parent.v] as const] : [];
        });
        for (const [id] of gone) view.deleteChild(id);
        return answer(
          'DELETE',
          gone.length,
          gone.map(row => [...row]),
        );
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `DELETE FROM p WHERE id >= ${x} AND NOT EXISTS (SELECT FROM c WHERE c.pid = p.id) RETURNING id`,
      effect: view => {
        const referred = new Set([...view.state.c.values()].map(({ pid }) => pid));
        const gone = ascending(view.state.p).filter(([id]) => id >= x && !referred.has(id));
        for (const [id] of gone) view.deleteParent(id);
        return answer(
          'DELETE',
          gone.length,
          gone.map(([id]) => [id]),
        );
      },
    };
  },
  pick => {
    const [x, pid] = [pick(KEYS), pick(KEYS)];
    return {
      sql: `UPDATE c SET pid = CASE WHEN id = 1 THEN NULL ELSE ${pid} END WHERE id <= ${x} RETURNING id, pid`,
      effect: view => {
        const rows = to(view.state.c, x);
        const moved = rows.flatMap(([id, row]) => {
          const target = id === 1 ? null : pid;
          const before = row.pid;
          view.updateChild(id, { pid: target });
          return before === target ? [] : [target];
        });
        for (const target of moved) view.checkParent(target);
        return answer(
          'UPDATE',
          rows.length,
          rows.map(([id, row]) => [id, row.pid]),
        );
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `WITH held AS (SELECT id FROM p WHERE id <= ${x} FOR UPDATE) SELECT count(*) FROM held`,
      effect: view => {
        const rows = to(view.state.p, x);
        for (const [id] of rows) view.claim(`p:${id}`, 'exclusive');
        return answer('SELECT', 1, [[rows.length]]);
      },
    };
  },
  pick => {
    const x = pick(KEYS);
    return {
      sql: `SELECT c.id, p.v FROM c JOIN p ON p.id = c.pid WHERE c.id <= ${x} FOR KEY SHARE OF p`,
      effect: view => {
        const rows = to(view.state.c, x).flatMap(([id, { pid }]) => {
          const parent = pid === null ? undefined : view.state.p.get(pid);
          if (parent) view.claim(`p:${pid}`, 'key');
          return parent ? [[id, parent.v]] : [];
        });
        return answer('SELECT', rows.length, rows);
      },
    };
  },
  pick => lock(pick(KEYS), 'FOR UPDATE'),
  pick => lock(pick(KEYS), 'FOR KEY SHARE'),
  () => ({
    sql: 'SELECT id, code, v FROM p ORDER BY id',
    effect: view =>
      answer(
        'SELECT',
        view.state.p.size,
        ascending(view.state.p).map(([id, row]) => [id, row.code, row.v]),
      ),
  }),
  () => ({
    sql: 'SELECT id, pid, w FROM c ORDER BY id',
    effect: view =>
      answer(
        'SELECT',
        view.state.c.size,
        ascending(view.state.c).map(([id, row]) => [id, row.pid, row.w]),
      ),
  }),
  ...FORMS_OF_BOTH,
  ...FORMS_OF_KEPT,
];

function lock(x: number, clause: 'FOR UPDATE' | 'FOR KEY SHARE'): RandomStatement {
  return {
    sql: `SELECT id, v FROM p WHERE id = ${x} ${clause}`,
    effect: (view: View) => {
      const row = view.state.p.get(x);
      if (row) view.claim(`p:${x}`, clause === 'FOR UPDATE' ? 'exclusive' : 'key');
      return answer('SELECT', row ? 1 : 0, row ? [[x, row.v]] : []);
    },
  };
}

/** A statement by chance. */
export function randomStatement(random: Random): RandomStatement {
  const pick = (limit: number): number => 1 + Math.floor(random() * limit);
  return FORMS[pick(FORMS.length) - 1]!(pick);
}

/** A child that nobody's snapshot shows: it comes, and goes again. */
export function passingChild(random: Random): RandomStatement[] {
  const [x, pid] = [KEYS + 1, 1 + Math.floor(random() * KEYS)];
  return [
    {
      sql: `INSERT INTO c VALUES (${x}, ${pid}, 0)`,
      effect: view => {
        view.insertChild(x, { pid, w: 0 });
        view.checkParent(pid);
        return answer('INSERT', 1);
      },
    },
    {
      sql: `DELETE FROM c WHERE id = ${x}`,
      effect: view => {
        const known = view.state.c.has(x);
        if (known) view.deleteChild(x);
        return answer('DELETE', known ? 1 : 0);
      },
    },
  ];
}

/** Queries that are opened and read in parts, each with the rows that it shows: those that were there when it was opened. */
const QUERIES: ((limit: number) => { sql: string; rows: (view: View) => unknown[][] })[] = [
  limit => ({
    sql: `SELECT id, v FROM p WHERE id <= ${limit} ORDER BY id`,
    rows: view => to(view.state.p, limit).map(([id, { v }]) => [id, v]),
  }),
  limit => ({
    sql: `SELECT id, pid, w FROM c WHERE id <= ${limit} ORDER BY id`,
    rows: view => to(view.state.c, limit).map(([id, { pid, w }]) => [id, pid, w]),
  }),
  limit => ({
    sql: `SELECT p.id, (SELECT count(*) FROM c WHERE pid = p.id) FROM p WHERE code > ${limit} ORDER BY p.id`,
    rows: ({ state }) =>
      ascending(state.p)
        .filter(([, { code }]) => code > limit)
        .map(([id]) => [id, [...state.c.values()].filter(({ pid }) => pid === id).length]),
  }),
];

/** The portals of one transaction by chance, as messages (see `wire-steps.ts`), and what they must answer. */
export class RandomPortals {
  private readonly open: { name: string; rows: string[] }[] = [];
  private opened = 0;

  constructor(
    private readonly random: Random,
    private readonly tx: ModelTransaction,
  ) {}

  /** Opens one, or reads on in one of those that are open. */
  next(): { sql: string; answer: string } {
    const portal = this.open[Math.floor(this.random() * 2 * this.open.length)];
    if (!portal) return this.openOne();
    const most = Math.floor(this.random() * 3);
    const failed = this.tx.run(() => '');
    const rows = portal.rows.splice(0, most === 0 ? portal.rows.length : most);
    const end = most > 0 && rows.length === most ? 'portalSuspended' : `SELECT ${rows.length}`;
    return { sql: `:fetch ${portal.name} ${most}`, answer: failed || [end, ...rows].join('\n') };
  }

  private openOne(): { sql: string; answer: string } {
    const pick = (limit: number): number => 1 + Math.floor(this.random() * limit);
    const { sql, rows } = QUERIES[pick(QUERIES.length) - 1]!(pick(KEYS));
    const name = `p${this.opened++}`;
    const answer = this.tx.run(view => {
      this.open.push({ name, rows: rows(view).map(row => `  ${row.map(value => value ?? 'NULL').join(' | ')}`) });
      return 'bindComplete';
    });
    return { sql: `:open ${name} ${sql}`, answer: answer! };
  }
}

/** An answer of the cluster with its rows in the order in which the model renders them. */
export function inOrder(text: string): string {
  const [tag, ...rows] = text.split('\n');
  return [tag, ...rows.sort()].join('\n');
}
