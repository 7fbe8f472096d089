import { defineConfig } from 'vitest/config';

/**
 * Three kinds of tests, told apart by the file's name and place, so that a reader knows what a test needs before opening
 * it: `*.db.test.ts` (a database), `*.http.test.ts` (the whole server), `*.fuzz.test.ts` (much time), and everything below
 * platform/db and below test/multi-process (several servers), are the project `server`; everything below test/e2e (the
 * whole server and a browser) is the project `e2e`; all other tests are pure and are the project `unit`.
 * test/architecture.test.ts fails when a test in `unit` reaches a database.
 */
const serverTests = [
  'packages/server/src/**/*.{db,http,fuzz}.test.ts',
  'packages/server/src/platform/db/**/*.test.ts',
  'packages/server/src/testing/**/*.test.ts',
  'test/multi-process/**/*.test.ts',
];

/** How long a test waits for what it says will come. None measures time: a busy machine is slow and not wrong. */
const patience = { expect: { poll: { timeout: 15_000 } } };

export default defineConfig({
  test: {
    // Several processes' worth of WebAssembly and PostgreSQL on few cores: more workers only wait for each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'test/*.test.ts'],
          exclude: serverTests,
          pool: 'threads',
          // Pure tests share nothing that one could spoil for another, and a fresh module graph per file is most of the cost.
          isolate: false,
          ...patience,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'server',
          include: serverTests,
          globalSetup: 'packages/server/src/testing/global-set-up.ts',
          pool: 'forks',
          // A test's own are its databases and what it makes in them. A process for several files imports the server once,
          // has one warm tool engine, and PGlite's code compiled.
          isolate: false,
          unstubEnvs: true,
          ...patience,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: 'packages/server/src/testing/global-set-up.ts',
          pool: 'forks',
          // As above, and one browser. A test's own are its database, its server, its sites and its contexts.
          isolate: false,
          unstubEnvs: true,
          ...patience,
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
