// Keeps what is built now as a released version of the script that host pages load, for customers who pin it:
//
//   npm run release-embed -- 1.2.0    adds it to packages/embed/released, to be committed
//   npm run release-embed -- --check  says whether all that was ever released is still there, byte for byte
//
// The same version with other bytes is refused: somebody's page has its SRI value.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addEmbedRelease, problemsOfReleases, readEmbedReleases } from './embed-releases.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const released = `${root}packages/embed/released`;

const [wanted] = process.argv.slice(2);
if (wanted === undefined) {
  console.error('Say which version: npm run release-embed -- 1.2.0');
  process.exitCode = 1;
} else if (wanted === '--check') {
  check();
} else {
  release(wanted);
}

function check(): void {
  const problems = problemsOfReleases(released);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${readEmbedReleases(released).length} released, all as they were.`);
}

function release(version: string): void {
  execFileSync(process.execPath, [`${root}scripts/build-browser.ts`], { stdio: 'inherit' });
  const dist = `${root}packages/embed/dist`;
  // The build's own manifest.
  const manifest = JSON.parse(readFileSync(`${dist}/manifest.json`, 'utf8')) as {
    loader: string;
    element: string;
    runtime: string;
    onDemand: string[];
  };
  const fileOf = (name: string) => ({ name, content: readFileSync(`${dist}/${name}`) });
  try {
    const { script, integrity } = addEmbedRelease(released, {
      version,
      script: fileOf(manifest.loader).content,
      element: fileOf(manifest.element).content,
      runtime: fileOf(manifest.runtime),
      onDemand: manifest.onDemand.map(fileOf),
    });
    console.log(`${script}  ${integrity}\nCommit packages/embed/released.`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
