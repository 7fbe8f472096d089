import { fileURLToPath } from 'node:url';

/** For programs that tests start, again and again: Node keeps their compiled code there, which is a third of a server's start. */
export const compiledCode = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../../node_modules/.cache/microapp/compiled', import.meta.url)),
};
