// mocha's spec reporter, which also writes the totals and what failed to the file WORKSHOP_TEST_TOTALS names, so that a run can be
// added up without reading its text.
const fs = require('node:fs');
const { Spec } = require('mocha').reporters;
const { collectFailures } = require('./failures.ts');

module.exports = class TotalsReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = collectFailures(runner);
    runner.once('end', () => {
      const file = process.env.WORKSHOP_TEST_TOTALS;
      const { passes: passed, failures: failed, pending: skipped } = runner.stats;
      if (file) fs.writeFileSync(file, JSON.stringify({ passed, failed, skipped, failures }));
    });
  }
};
