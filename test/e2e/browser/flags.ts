/** What Debian's Chromium needs to run as root, without a screen, and without talking to anybody by itself. */
export const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Sites of their own, all of them here.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
];
