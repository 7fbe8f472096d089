import type { Reporter, TestModule } from 'vitest/node';

/**
 * Names, at the end of a run, every test that failed and then passed. Slow tests get a second try in a whole run
 * (steps.ts); what needed one is looked into like a failure, so it is never left unsaid.
 */
// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default class SecondTries implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const shaky = tests.filter((test) => test.diagnostic()?.flaky === true);
    if (shaky.length === 0) return;
    console.log(`\nPassed at the second try only (${shaky.length}). Look into each:`);
    for (const test of shaky) {
      console.log(`  ${test.module.relativeModuleId} > ${test.fullName}`);
      console.log(`    ${test.result().errors?.[0]?.message ?? 'no message'}`);
    }
  }
}
