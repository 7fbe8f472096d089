/** What of the global the server uses: its types come with a browser's, and the server is compiled without those. */
declare namespace WebAssembly {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- a browser's types declare it as an interface, too
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
