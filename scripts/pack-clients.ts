// Packs what customers install, `@microapp/embed` and `@microapp/react`, into build/:
//
//   npm run pack:clients    then `npm publish build/microapp-….tgz`, or hand the files over: npm installs them as they are
//
// Their versions are those of their manifests.

import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildClients } from './build-clients.ts';
import { packFolder } from './pack-folder.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const into = `${root}build`;

await rm(into, { recursive: true, force: true });
for (const folder of await buildClients(root, into)) {
  const { file, bytes } = await packFolder(folder, into);
  console.log(`build/${file}  ${(bytes / 1000).toFixed(1)} kB`);
}
