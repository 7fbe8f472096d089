/** What the bundler makes of all files of a pattern: for each, by its path, a function that loads the named export. */
// oxlint-disable-next-line typescript/consistent-type-definitions -- adds to what TypeScript itself declares
interface ImportMeta {
  glob<Export>(pattern: string, options: { import: string }): Record<string, () => Promise<Export>>;
}
