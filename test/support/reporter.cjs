// mocha's spec reporter, which also writes the totals and what failed to the file WORKSHOP_TEST_TOTALS names, so that a run can be
// added up without reading its text.
const fs = require('node:fs');
const { Spec } = require('mocha').reporters;
const { collectFailures } = require('./failures.ts');
const { tallyFiles } = require('./totals.ts');
const { tellUnderWay } = require('./under-way.ts');

/** So long a process has for ending by itself when its tests have; a test of that waits for less. */
const ENDS_WITHIN_MS = Number(process.env.WORKSHOP_TEST_ENDS_WITHIN_MS ?? 5_000);

module.exports = class TotalsReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = collectFailures(runner);
    const files = tallyFiles(runner);
    tellUnderWay(runner);
    runner.once('end', () => {
      const file = process.env.WORKSHOP_TEST_TOTALS;
      const { passes: passed, failures: failed, pending: skipped } = runner.stats;
      if (file) fs.writeFileSync(file, JSON.stringify({ passed, failed, skipped, files, failures }));
      // a test may have left a server running, for which all parts after this one would wait
      setTimeout(() => {
        console.log(`the tests have ended and left running: ${process.getActiveResourcesInfo().join(', ')}`);
        process.exit(failed > 0 ? 1 : 0);
      }, ENDS_WITHIN_MS).unref();
    });
  }
};
