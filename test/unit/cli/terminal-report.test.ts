import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { createStyle } from '../../../src/cli/terminal/style';
import { TerminalReport } from '../../../src/cli/terminal/terminal-report';
import { loadChapters } from '../../../src/node/chapters/load';

describe('a run of chapters in the terminal', () => {
  it('says under a check that does not hold what to do', () => {
    let out = '';
    const screen = { isTTY: false, columns: 80, write: (text: string) => void (out += text) };
    const report = new TerminalReport(screen, createStyle({ isTTY: false, env: {} }));
    const step = loadChapters()[0]!.steps[0]!;
    const found = { check: step.checks[0]!, held: false, expected: '1\n1', actual: '2', nextStep: 'Begin anew.' };
    report.event({ type: 'check-finished', step, outcome: found });
    assert.match(out, /✘ .*\n +expected  1\n {18}1\n +actual +2\n +next +Begin anew\.\n/);
  });

  it('names the file of each chapter, as the text is not printed', () => {
    let out = '';
    const screen = { isTTY: false, columns: 80, write: (text: string) => void (out += text) };
    const report = new TerminalReport(screen, createStyle({ isTTY: false, env: {} }));
    const [first] = loadChapters();
    report.chapterStarted(first!);
    const named = /Its text: (.+)/.exec(out)?.[1] ?? '';
    assert.equal(path.resolve(named), path.join(first!.directory, 'chapter.md'));
    assert.ok(fs.existsSync(named));
    assert.equal(path.isAbsolute(named), false, 'from where the reader is');
    report.chapterStarted({ ...first!, directory: path.resolve('..', 'elsewhere') });
    assert.match(
      out,
      new RegExp(`Its text: ${path.resolve('..').replaceAll('\\', '\\\\')}`),
      'no way up and down again',
    );
  });
});
