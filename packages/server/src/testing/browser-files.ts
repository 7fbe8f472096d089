import { staticFile } from '../platform/http/index.ts';
import type { DashboardFiles } from '../modules/dashboard/index.ts';
import type { BrowserFiles } from '../modules/frames/index.ts';
import { someHostLanguages } from './host-languages.ts';

/** Stands in for the built files where a test does not care what is in them, so that it needs no build. */
export function plainBrowserFiles(): BrowserFiles {
  const runtime = staticFile('runtime-test.js', Buffer.from('export const runtime = true;'), {
    br: Buffer.from('as brotli'),
    gzip: Buffer.from('as gzip'),
  });
  const diagnosis = staticFile('diagnosis-test.js', Buffer.from('export const diagnosis = true;'));
  const extras = staticFile('extras-test.js', Buffer.from('export const extras = true;'));
  return {
    loader: staticFile('embed.js', Buffer.from('/* loader */')),
    element: staticFile('embed-element.js', Buffer.from('/* loader and element */')),
    hostParts: new Map([
      ['runtime', runtime],
      ['diagnosis', diagnosis],
      ['extras', extras],
    ]),
    assets: new Map([
      ['runtime-test.js', runtime],
      ['diagnosis-test.js', diagnosis],
      ['extras-test.js', extras],
      ['tool-test.js', staticFile('tool-test.js', Buffer.from('/* tool */'))],
      ['tool-test.css', staticFile('tool-test.css', Buffer.from('/* style */'))],
    ]),
    releases: ['10.0.0', '9.9.0'].map((version) => ({
      version,
      file: staticFile('embed.js', Buffer.from(`/* loader ${version} */`), { br: Buffer.from(`${version} as brotli`) }),
      integrity: `sha384-of-${version}`,
      runtime: 'runtime-test.js',
      runtimeIntegrity: 'sha384-of-runtime',
      // The older one is of before there was more.
      ...(version === '9.9.0'
        ? { onDemand: {} }
        : {
            element: {
              file: staticFile('embed-element.js', Buffer.from(`/* element ${version} */`)),
              integrity: `sha384-of-element-${version}`,
            },
            onDemand: { 'extras-test.js': 'sha384-of-extras' },
          }),
    })),
    frames: { tool: { script: 'tool-test.js', style: 'tool-test.css' } },
    hostLanguages: someHostLanguages,
  };
}

/** Stands in for the built dashboard. */
export function plainDashboardFiles(): DashboardFiles {
  const script = staticFile('main-test.js', Buffer.from('/* dashboard */'), { br: Buffer.from('as brotli') });
  return {
    script: 'main-test.js',
    styles: ['main-test.css'],
    preloads: ['chunk-test.js'],
    assets: new Map([
      ['main-test.js', script],
      ['main-test.css', staticFile('main-test.css', Buffer.from('/* style */'))],
      ['chunk-test.js', staticFile('chunk-test.js', Buffer.from('/* chunk */'))],
    ]),
  };
}
