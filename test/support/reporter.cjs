// mocha's spec reporter, which also writes the totals to the file WORKSHOP_TEST_TOTALS names, so that a run can be added up
// without reading its text.
const fs = require('node:fs');
const { Spec } = require('mocha').reporters;

module.exports = class TotalsReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const file = process.env.WORKSHOP_TEST_TOTALS;
      const { passes, failures, pending } = runner.stats;
      if (file) fs.writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
