// Where a file is, in the words of docs/architecture.md.

const serverRoot = 'packages/server/src/';

/** `contract` for packages/contract/src/ids.ts; undefined outside of packages/. */
export function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1];
}

/** `modules` for packages/server/src/modules/…, `main` for packages/server/src/main.ts; undefined outside of the server. */
export function layerOf(path: string): string | undefined {
  if (!path.startsWith(serverRoot)) return undefined;
  return path
    .slice(serverRoot.length)
    .replace(/\/.*$/, '')
    .replace(/(\.test)?\.ts$/, '');
}

/** `embed-tokens` for packages/server/src/modules/embed-tokens/issue.ts; undefined outside of a module. */
export function moduleOf(path: string): string | undefined {
  return /^packages\/server\/src\/modules\/([^/]+)\//.exec(path)?.[1];
}

/** `store.ts` for packages/server/src/modules/embed-tokens/store.ts; with folders below the module kept. */
export function nameInModule(path: string): string {
  return path.replace(/^packages\/server\/src\/modules\/[^/]+\//, '');
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('test/');
}

/** Support for tests: the harness, fakes, factories. */
export function isTesting(path: string): boolean {
  return path.includes('/testing/');
}

/** Code that runs in production. */
export function isProduct(path: string): boolean {
  return packageOf(path) !== undefined && !isTest(path) && !isTesting(path);
}
