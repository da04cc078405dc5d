import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Action, Chapter } from '../../../src/core/chapters/contract';
import { foundationOf } from '../../../src/core/chapters/preparation';
import { loadChapters } from '../../../src/node/chapters/load';

const chapters = loadChapters();
const bySlug = (number: number): Chapter => chapters.find(chapter => chapter.number === number)!;
const step = (number: number, id: string) => bySlug(number).steps.find(candidate => candidate.id === id)!;

/** Statements and expectations in which `${…}` may stand. */
function texts(chapter: Chapter): string[] {
  const ofAction = (action: Action): string[] =>
    action.type === 'sql' || action.type === 'explain' ? [action.sql] : [];
  return chapter.steps.flatMap(({ actions, undo, checks }) => [
    ...[...actions, ...undo].flatMap(ofAction),
    ...checks.flatMap(check => (check.type === 'rows' ? [check.sql, ...(check.expect ?? []).flat()] : [])),
  ]);
}

describe('the shipped chapters', () => {
  it('are numbered from 0, each number once, each with a title and a summary of its own', () => {
    const numbers = chapters.map(({ number }) => number);
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i),
    );
    assert.ok(numbers.length >= 12, `${numbers.length} chapters`);
    assert.equal(new Set(chapters.map(({ title }) => title)).size, chapters.length);
    assert.equal(new Set(chapters.map(({ summary }) => summary)).size, chapters.length);
  });

  it('make nothing for sessions that bring tables of their own: the bank stays as it is', () => {
    for (const chapter of chapters.filter(({ steps }) =>
      steps.every(({ actions }) => actions.every(({ type }) => type === 'sessions')),
    ))
      assert.deepEqual(foundationOf(chapter, chapters), [], chapter.slug);
    assert.deepEqual(foundationOf(bySlug(5), chapters), []);
  });

  for (const chapter of chapters) {
    describe(chapter.slug, () => {
      it('uses only variables that have a value', () => {
        const runs = chapter.steps.flatMap(({ actions }) =>
          actions.flatMap(a => (a.type === 'stress' ? [a.name] : [])),
        );
        const known = [
          'region',
          'clusterEndpoint',
          'lambdaRoleArn',
          ...runs.flatMap(name => [`${name}.succeeded`, `${name}.failed`]),
        ];
        const used = texts(chapter).flatMap(text => [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, name]) => name ?? ''));
        assert.deepEqual(
          used.filter(name => !known.includes(name)),
          [],
        );
      });

      it('undoes every step that creates or changes something a later one would meet', () => {
        for (const { id, actions, undo } of chapter.steps) {
          const creates = actions.some(
            a => a.type === 'sql' && !a.expectError && /^(create|grant|aws iam grant|drop)\b/i.test(a.sql),
          );
          assert.equal(creates && undo.length === 0, false, `step "${id}" has no undo`);
        }
      });

      it('proves every stress run by the sum of balances, read from the database', () => {
        for (const { id, actions, checks } of chapter.steps)
          if (actions.some(({ type }) => type === 'stress'))
            assert.ok(
              checks.some(
                check => check.type === 'money' || (check.type === 'rows' && /sum\(balance\)/.test(check.sql)),
              ),
              id,
            );
      });

      it('brings every handler it deploys, with its package file', () => {
        for (const action of chapter.steps.flatMap(({ actions }) => actions)) {
          if (action.type !== 'deploy') continue;
          for (const file of ['index.ts', 'package.json'])
            assert.ok(fs.existsSync(path.join(chapter.directory, action.lambda, file)), `${action.lambda}/${file}`);
        }
      });

      it('measures a function that starts anew where it has just been deployed', () => {
        const deployed = new Map<string, string>();
        for (const { id, actions } of chapter.steps)
          for (const action of actions) {
            if (action.type === 'remove-function') deployed.delete(action.functionName);
            if (action.type !== 'deploy') continue;
            const { functionName, lambda } = action;
            if (actions.some(a => a.type === 'measure' && a.functionName === functionName))
              assert.notEqual(
                deployed.get(functionName),
                lambda,
                `step "${id}": a deployment of the same changes nothing`,
              );
            deployed.set(functionName, lambda);
          }
      });

      it('needs figures of a laptop that are no larger than the full ones', () => {
        for (const action of chapter.steps.flatMap(({ actions }) => actions)) {
          if (action.type !== 'stress') continue;
          for (const figure of [action.calls, action.inFlight, action.accounts])
            assert.ok(figure.laptop <= figure.full);
        }
      });
    });
  }

  it('fail before AWS IAM GRANT and succeed after it, without deploying in between', () => {
    const ids = bySlug(0).steps.map(({ id }) => id);
    assert.ok(
      ids.indexOf('greeter-denied') < ids.indexOf('map-role') && ids.indexOf('map-role') < ids.indexOf('greet'),
    );
    assert.ok(step(0, 'greeter-denied').actions.some(a => a.type === 'invoke' && a.expectFunctionError));
    assert.deepEqual(
      step(0, 'greet').actions.map(({ type }) => type),
      ['invoke'],
    );
  });

  it('compare a run without retries with one of the same calls with them', () => {
    const runOf = (id: string) => step(2, id).actions.find(a => a.type === 'stress');
    const without = runOf('without-retries')!;
    assert.deepEqual({ ...without, name: '', line: 0 }, { ...runOf('with-retries')!, name: '', line: 0 });
    assert.deepEqual(
      [without.calls, without.inFlight, without.accounts].map(({ full }) => full),
      [10_000, 1_000, 1_000],
    );
    const check = step(2, 'without-retries').checks.find(c => c.type === 'stress');
    assert.deepEqual([check?.succeeded, check?.errors], ['some', [{ class: 'occ-data', min: 1 }]]);
  });

  it("load and call the workshop's own figures at full scale", () => {
    const actions = step(4, 'million').actions;
    const load = actions.find(a => a.type === 'load-accounts');
    const run = actions.find(a => a.type === 'stress');
    assert.deepEqual([load?.accounts.full, run?.calls.full, run?.inFlight.full], [1_000_000, 1_000_000, 10_000]);
    assert.deepEqual([load?.accounts.laptop, run?.calls.laptop], [100_000, 20_000]);
  });

  it('read the state of a job from its column "status", whose last value is "completed"', () => {
    const sql = texts(bySlug(4)).filter(text => text.includes('sys.jobs'));
    assert.ok(sql.length > 0);
    for (const text of sql) assert.doesNotMatch(text, /\bstate\b|AVAILABLE/);
  });

  it('lead from each to the next', () => {
    for (const [i, { directory }] of chapters.slice(4, -1).entries()) {
      const next = chapters[i + 5]!.slug;
      assert.ok(fs.readFileSync(path.join(directory, 'chapter.md'), 'utf8').includes(`(../${next}/chapter.md)`), next);
    }
  });

  it('give every retry policy the same calls on the same accounts', () => {
    const runs = bySlug(6).steps.flatMap(({ actions }) => actions.flatMap(a => (a.type === 'stress' ? [a] : [])));
    const policies = runs.filter(({ distribution }) => distribution !== undefined);
    assert.deepEqual(
      policies.map(({ direct }) => direct?.policy),
      ['none', 'immediate', 'full-jitter', 'connector', 'mcp-skill'],
    );
    const load = policies.map(({ calls, inFlight, accounts, amount, distribution }) =>
      JSON.stringify({ calls, inFlight, accounts, amount, distribution }),
    );
    assert.equal(new Set(load).size, 1);
  });

  it('name no refusal of DSQL in its wording of 2025', () => {
    for (const { directory } of chapters)
      assert.doesNotMatch(fs.readFileSync(path.join(directory, 'chapter.md'), 'utf8'), /please retry/);
  });

  describe('their handlers', () => {
    const source = (number: number, file = 'index.ts'): string =>
      fs.readFileSync(path.join(bySlug(number).directory, 'lambda', file), 'utf8');

    it('bind values, roll back, release in finally, and verify certificates', () => {
      for (const number of [1, 2, 3, 4]) {
        assert.doesNotMatch(source(number), /query\(`/, 'no value is pasted into SQL');
        assert.match(source(number), /catch[\s\S]*ROLLBACK[\s\S]*finally \{\s*client\.release/);
        assert.match(source(number), /port: 5432,[\s\S]*ssl: true/);
        assert.doesNotMatch(source(number), /rejectUnauthorized: false/);
      }
    });

    it('take their connection inside the attempt, and retry conflicts only', () => {
      for (const number of [2, 3, 4]) {
        assert.match(source(number), /async function transfer[\s\S]*pool\.connect\(\)/);
        assert.match(source(number), /withRetry\(\(\) => transfer\(event\)\)/);
        assert.match(source(number, 'retry.ts'), /!isConflict\(error\) \|\| retries \+ 1 >= MAX_ATTEMPTS/);
      }
    });

    it('are the same retry in every chapter, and the starter kit is chapter 0', () => {
      assert.equal(source(3, 'retry.ts'), source(2, 'retry.ts'));
      assert.equal(source(4, 'retry.ts'), source(2, 'retry.ts'));
      assert.equal(source(4), source(3));
      const starter = path.join(bySlug(0).directory, '../../starter-kit/lambda/index.ts');
      assert.equal(source(0), fs.readFileSync(starter, 'utf8'));
    });
  });
});

describe("the handlers' retry", () => {
  const load = () => import('../../../workshop/chapters/02-stress-and-occ-retries/lambda/retry');
  const conflict = (wrapped = false): Error => {
    const error = Object.assign(new Error('conflict'), { code: '40001' });
    return wrapped ? new Error('orm', { cause: error }) : error;
  };
  const failing = (errors: Error[]) => () => {
    const next = errors.shift();
    return next ? Promise.reject(next) : Promise.resolve('done');
  };

  it('repeats after 40001, also inside causes, and counts', async () => {
    const { withRetry } = await load();
    assert.deepEqual(await withRetry(failing([conflict(), conflict(true)])), { value: 'done', retries: 2 });
  });

  it('repeats nothing else', async () => {
    const { withRetry } = await load();
    const errors = [Object.assign(new Error('lost'), { code: 'ECONNRESET' }), conflict()];
    await assert.rejects(withRetry(failing(errors)), { code: 'ECONNRESET' });
    assert.equal(errors.length, 1);
  });

  it('gives up after ten tries, with the conflict', async () => {
    const { withRetry } = await load();
    const errors = Array.from({ length: 20 }, () => conflict());
    await assert.rejects(withRetry(failing(errors)), { code: '40001' });
    assert.equal(errors.length, 10);
  });
});
