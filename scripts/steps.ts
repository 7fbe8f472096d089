/** One program that says by its exit code whether something about the project holds. */
export type Step = {
  name: string;
  /** A program of node_modules/.bin and its arguments. */
  command: readonly [string, ...string[]];
  /** Where the program leaves its test results as JSON, in test-results/. A step without one counts as one check. */
  report?: string;
  /** Shows output while it runs, for steps that take long. */
  live?: boolean;
};

/** `npm run check`: under a minute together, no database, no network. */
export const quickSteps: readonly Step[] = [
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'types of packages/embed', command: ['tsc', '--noEmit', '-p', 'packages/embed'] },
  { name: 'types of packages/frames', command: ['tsc', '--noEmit', '-p', 'packages/frames'] },
  { name: 'types of packages/dashboard', command: ['tsc', '--noEmit', '-p', 'packages/dashboard'] },
  { name: 'types of packages/react', command: ['tsc', '--noEmit', '-p', 'packages/react'] },
  { name: 'types of browser tests', command: ['tsc', '--noEmit', '-p', 'test/e2e'] },
  { name: 'lint', command: ['oxlint'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  vitest('unit tests and architecture', 'unit'),
  { name: 'generated files are fresh', command: ['node', 'scripts/generate-db-types.ts', '--check'] },
  { name: 'released scripts are as they were', command: ['node', 'scripts/release-embed.ts', '--check'] },
  { name: 'sizes of what browsers load', command: ['node', 'scripts/sizes.ts'], live: true },
  { name: 'no dead code or stray dependencies', command: ['knip', '--no-progress', '--no-config-hints'] },
];

/**
 * Databases, several processes and a browser on a busy machine now and then lose a race that no code of ours runs in: one
 * more chance, and never unsaid.
 */
const secondTries = ['--retry=1', '--reporter=./scripts/second-tries.ts'] as const;

/** What `npm test` runs on top: with databases, a Redis server and a browser. */
export const slowSteps: readonly Step[] = [
  { name: "types of the dashboard's client are fresh", command: ['node', 'scripts/generate-api-types.ts', '--check'] },
  { ...vitest('server tests', 'server', ...secondTries), live: true },
  { ...vitest('browser tests', 'e2e', ...secondTries), live: true },
];

function vitest(name: string, project: string, ...more: readonly string[]): Step {
  const report = `${project}.json`;
  return {
    name,
    command: [
      'vitest',
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=test-results/${report}`,
      ...more,
    ],
    report,
  };
}
