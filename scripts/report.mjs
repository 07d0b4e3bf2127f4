// What became of each step: told when it ends, and summed up at the end as "N passed, N failed".
const linesMax = 150;
const kinds = ['passed', 'failed', 'skipped'];

export class Report {
  rows = [];

  /** Runs a step. `work` answers its counts, or nothing for a check, which counts as one; when it throws, it has failed. */
  async step(name, work) {
    const started = Date.now();
    const row = await Promise.resolve()
      .then(work)
      .then((counts) => ({ passed: 1, failed: 0, skipped: 0, ...counts }), failureOf);
    this.tell({ name, seconds: (Date.now() - started) / 1000, ...row });
  }

  tell(row) {
    this.rows.push(row);
    const outcome = row.failed > 0 ? 'FAILED' : row.passed === 0 ? 'skipped' : 'ok';
    const seconds = row.seconds.toFixed(1).padStart(7);
    const earlier = row.remembered ? ', earlier' : '';
    const passed = `${String(row.passed).padStart(5)} passed`;
    console.log(`${outcome.padEnd(8)}${row.name.padEnd(34)}${passed} ${seconds} s${earlier}`);
    if (row.reason) console.log(indent(row.reason));
    if (row.output) console.log(indent(row.output));
  }

  /** Closes with the failures and the sums; answers the exit code. */
  close() {
    const failures = this.rows.filter(({ failed }) => failed > 0);
    if (failures.length > 0) console.log(`\nFailed: ${failures.map(({ name }) => name).join(', ')}`);
    // Last, since whoever reads a cut report sees its end.
    for (const test of failures.flatMap(({ which = [] }) => which)) console.log(`  ${test}`);
    const [passed, failed, skipped] = kinds.map((kind) => this.rows.reduce((sum, row) => sum + row[kind], 0));
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    return failed > 0 ? 1 : 0;
  }
}

/** Something that failed without a failed test still counts as one. */
const failureOf = ({ message, counts, which }) => ({
  ...(counts?.failed ? counts : { passed: 0, failed: 1, skipped: 0 }),
  which,
  output: message,
});

const indent = (text) =>
  text
    .split('\n')
    .slice(-linesMax)
    .map((line) => `        ${line}`)
    .join('\n');
