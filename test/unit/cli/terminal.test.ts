import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import fc from 'fast-check';
import { shellText } from '../../../src/cli/shell-text';
import { ProgressLine } from '../../../src/cli/terminal/progress-line';
import { failureJson, failureText } from '../../../src/cli/failure';
import { CodedError } from '../../../src/base/errors';
import { createStyle, forTerminal, printable, wantsColor } from '../../../src/cli/terminal/style';
import { stressTable } from '../../../src/cli/terminal/stress-text';
import { textTable } from '../../../src/cli/terminal/text-table';
import { runResult } from '../../support/chapter-ports';
import { anyCharacter } from '../../support/any-character';

const plain = createStyle({ isTTY: false, env: {} });

describe('colours', () => {
  it('follow the terminal, NO_COLOR and FORCE_COLOR', () => {
    assert.equal(wantsColor({ isTTY: true, env: {} }), true);
    assert.equal(wantsColor({ isTTY: false, env: {} }), false);
    assert.equal(wantsColor({ isTTY: true, env: { NO_COLOR: '1' } }), false);
    assert.equal(wantsColor({ isTTY: true, env: { NO_COLOR: '' } }), true);
    assert.equal(wantsColor({ isTTY: false, env: { FORCE_COLOR: '1' } }), true);
    assert.equal(wantsColor({ isTTY: true, env: { TERM: 'dumb' } }), false);
    assert.equal(createStyle({ isTTY: true, env: {} }).red('x'), '\u001b[31mx\u001b[39m');
  });
});

describe('printable', () => {
  it('lets no control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), text => {
        assert.ok([...printable(text)].every(char => char === '\n' || char === '\t' || !/\p{Cc}/u.test(char)));
      }),
    );
  });
});

describe('forTerminal', () => {
  it('lets colours, the erasing of a line and ends of lines through, and no other control', () => {
    const ours = '\r\u001b[2K      \u001b[36m██\u001b[39m 10%\n\tnext\r\n';
    assert.equal(forTerminal(ours), ours);
    // a window's title, the clipboard, another line, the bell, and what C1 means alone
    for (const theirs of [
      '\u001b]0;title\u0007',
      '\u001b]52;c;cm0gLXJm\u0007',
      '\u001b[1A\u001b[2K',
      '\u0007',
      '\u009b1A',
      'a\rb',
    ])
      assert.doesNotMatch(forTerminal(`x ${theirs} y`), /[^\P{Cc}\n]/u, JSON.stringify(theirs));
  });
});

describe('failureText', () => {
  for (const [what, act, step] of [
    ['a temporary folder that is missing', () => fs.mkdtempSync('/nowhere/dsql-'), /Set TMPDIR .*; it is \/nowhere\./],
    ['a file that is no folder, which has none', () => fs.accessSync(process.execPath + '/x'), undefined],
    ['a place of somebody else', () => fs.mkdirSync('/sys/dsql'), /Name another place than \/sys\/dsql/],
  ] as const)
    it(`names the next step for ${what}`, function () {
      if (process.platform !== 'linux') this.skip();
      let error: unknown;
      try {
        act();
      } catch (thrown) {
        error = thrown;
      }
      const [message, next] = failureText(error, plain).trimEnd().split('\n');
      assert.match(message!, /^error: E/);
      if (step) assert.match(next!, step);
      else assert.equal(next, undefined);
    });

  it('lets no control character of the server through', () => {
    const error = new CodedError('SQL_FAILED', 'no \u001b[2Jtable\u0007', { details: { hint: '\u001b[8mhidden' } });
    assert.doesNotMatch(failureText(error, plain), /[^\P{Cc}\n]/u);
  });
});

describe('failureJson', () => {
  it('holds every fact that the text tells', () => {
    const facts = { sqlstate: '2BP01', detail: 'a view depends on it', hint: 'Use DROP … CASCADE.' };
    const error = new CodedError('DATABASE', 'cannot drop it', { nextStep: 'Drop the view first.', details: facts });
    const told = { code: 'DATABASE', message: 'cannot drop it', ...facts, nextStep: 'Drop the view first.' };
    assert.deepEqual(JSON.parse(failureJson(error)), { error: told });
    assert.equal(
      failureText(error, plain),
      'error: cannot drop it (2BP01)\nDETAIL: a view depends on it\nHINT: Use DROP … CASCADE.\nDrop the view first.\n',
    );
  });

  it('leaves out what the error does not tell', () => {
    assert.equal(failureJson(new Error('it broke')), '{"error":{"code":"INTERNAL","message":"it broke"}}\n');
  });
});

describe('textTable', () => {
  it('lets no control character of a name through', () => {
    assert.deepEqual(textTable(['a\u001b[8mb\nc'], [['1']]), ['a\uFFFD[8mb c', '────────', '       1']);
  });

  it('aligns what a terminal draws in two columns or in none', () => {
    for (const [text, columns] of [
      ['日本語', 6],
      ['ｶﾅ', 2],
      ['한국어', 6],
      ['👍🏽!', 3],
      ['👩‍👩‍👧', 2],
      ['e\u0301', 1],
      ['naïve', 5],
    ] as const) {
      const [heading, rule, row] = textTable(['a', 'b'], [[text, 'x']]);
      const width = Math.max(columns, 1);
      assert.equal(rule, `${'─'.repeat(width)}─┼──`, text);
      assert.equal(heading, `${'a'.padEnd(width)} │ b`, text);
      assert.equal(row, `${text} │ x`, text);
    }
  });

  it('draws a result of any length', () => {
    const rows = Array.from({ length: 130_000 }, (_, at) => [String(at)]);
    assert.equal(textTable(['n'], rows).length, rows.length + 2);
  });

  it('cuts a long value between two characters, never within one', () => {
    assert.equal(textTable(['a'], [['👍'.repeat(10)]], 6)[2], '👍👍…');
    assert.equal(textTable(['a'], [['abcdef']], 6)[2], 'abcdef');
    assert.equal(textTable(['a'], [['abcdefg']], 6)[2], 'abcde…');
  });

  it('aligns columns, numbers to the right, NULL as NULL', () => {
    assert.deepEqual(
      textTable(
        ['id', 'name'],
        [
          ['1', 'a'],
          ['20', null],
        ],
      ),
      ['id │ name', '───┼─────', ' 1 │ a', '20 │ NULL'],
    );
  });
});

describe('stressTable', () => {
  it('puts runs side by side: errors by class, tail, retries, money', () => {
    const failed = runResult({ succeeded: 8, failed: 2, errors: { 'occ-data': 2 } });
    const lines = stressTable([failed, runResult({ retries: 3, maxRetries: 2, callsWithRetries: 2 })]);
    const row = (name: string): string => lines.find(line => line.startsWith(name)) ?? '';
    assert.match(row('succeeded'), /8 \(80\.00 %\) +│ 10 \(100\.00 %\)/);
    assert.match(row('failed'), /2: 2 occ-data +│ 0/);
    assert.match(row('p99.9'), /15 ms \/ 20 ms/);
    assert.match(row('retries'), /3, at most 2 a call/);
    assert.match(row('sum of balances'), /1000, unchanged +│ 1000, unchanged/);
    const lost = stressTable([runResult({ after: { accounts: 2, sumOfBalances: '999', negativeBalances: 0 } })]);
    assert.ok(lost.some(line => /sum of balances +│ 1000 before, 999 after/.test(line)));
  });
});

describe('ProgressLine', () => {
  const snapshot = runResult({ inFlight: 7, callsPerSecond: 2310 });
  const drawn = (isTTY: boolean, times: number[], columns = 200, dumb = false): string => {
    let [text, at] = ['', 0];
    const line = new ProgressLine({ isTTY, columns, dumb, write: part => void (text += part) }, plain, () => at);
    for (at of times) line.show({ text: 'run', fraction: 0.5, snapshot });
    line.clear();
    return text;
  };

  it('redraws one line on a terminal, and takes it away', () => {
    const text = drawn(true, [0, 10, 200]);
    assert.equal(
      text.match(
        /\r\u001b\[2K {6}█{12}░{12} {2}50% 2,310\/s {2}p50 4\.0 ms {2}p99 12 ms {2}conflicts 0 {2}in flight 7/g,
      )?.length,
      2,
    );
    assert.ok(text.endsWith('\r\u001b[2K'));
    assert.equal(text.includes('\n'), false);
  });

  it('never reaches the end of the line, and gives up the bar before the figures', () => {
    for (const columns of [1, 10, 20, 40, 76, 80, 90, 120]) {
      const [, shown = ''] = /\r\u001b\[2K([^\r]*)/.exec(drawn(true, [0], columns)) ?? [];
      assert.ok(shown.length < Math.max(columns, 8), `${shown.length} of ${columns}`);
      assert.equal(shown.includes('in flight 7'), columns >= 76, `${columns}: ${shown}`);
      assert.equal(
        shown.match(/[█░]/g)?.length ?? 0,
        columns >= 120 ? 24 : columns >= 90 ? 12 : 0,
        `${columns}: ${shown}`,
      );
    }
  });

  it('writes a plain line now and then elsewhere, and where nothing can be taken back', () => {
    for (const text of [drawn(false, [0, 100, 6_000]), drawn(true, [0, 100, 6_000], 200, true)]) {
      assert.equal(text.match(/\n/g)?.length, 1);
      assert.equal(text.includes('\u001b'), false);
    }
  });
});

describe('shellText', () => {
  const VALUES = { PLAIN: 'a b', QUOTES: `it's "$HOME" \\ \`x\``, EMPTY: '' };

  it('is taken literally by sh', function () {
    if (process.platform === 'win32') return this.skip();
    const script = `${shellText(VALUES, ['GONE'], 'sh')}printf '%s\\n' "$PLAIN" "$QUOTES" "$EMPTY" "\${GONE-unset}"`;
    const out = execFileSync('sh', ['-c', script], { env: { ...process.env, GONE: 'x' }, encoding: 'utf8' });
    assert.deepEqual(out.split('\n').slice(0, 4), [VALUES.PLAIN, VALUES.QUOTES, VALUES.EMPTY, 'unset']);
  });

  it('quotes for fish and PowerShell by their rules', () => {
    assert.equal(shellText({ A: "it's \\" }, ['B'], 'fish'), "set -e B\nset -gx A 'it\\'s \\\\'\n");
    assert.equal(shellText({ A: "it's" }, ['B'], 'powershell'), "Remove-Item Env:B\n$env:A = 'it''s'\n");
  });

  it('gives JSON to programs', () => {
    assert.deepEqual(JSON.parse(shellText(VALUES, ['B'], 'json')), VALUES);
  });
});
