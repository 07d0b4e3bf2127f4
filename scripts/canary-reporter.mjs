import fs from 'node:fs';

const wordsOf = (errors) => errors.map(({ message, diff }) => diff ?? message);

/** A reporter of vitest that keeps what differs, which its JSON leaves out. Writes to CANARY_REPORT. */
export default class CanaryReporter {
  onTestRunEnd(modules) {
    const files = modules.map((module) => ({
      file: module.moduleId,
      errors: wordsOf([module, ...module.children.allSuites()].flatMap((each) => each.errors())),
      tests: [...module.children.allTests()].map((test) => {
        const result = test.result();
        return { name: test.fullName, state: result.state, errors: wordsOf(result.errors ?? []) };
      }),
    }));
    fs.writeFileSync(process.env['CANARY_REPORT'], JSON.stringify(files));
  }
}
