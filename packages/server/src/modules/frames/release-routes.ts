import { EmbedReleases, type EmbedRelease as PublicRelease } from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import { answerWithFile, defineRoute, staticFile, type Route, type StaticFile } from '../../platform/http/index.ts';
import type { BrowserFiles } from './browser-files.ts';
import { assetsPath, immutable, publicFileCaching, readableEverywhere } from './public-files.ts';

const tag = 'Embedding';

/**
 * What a page gets that pins its script: `/embed@1.2.0.js`, which never changes, with an SRI value. Its runtime is an
 * asset like any other, under the hash of its content.
 */
export function releaseRoutes({ files, embedUrl }: { files: BrowserFiles; embedUrl: string }): Route[] {
  const { releases } = files;
  const scripts = new Map(releases.map(({ version, file }) => [`${version}.js`, file]));
  const elements = new Map(
    releases.flatMap(({ version, element }) =>
      element === undefined ? [] : [[`${version}.js`, element.file] as const],
    ),
  );
  const integrityList = staticFile('integrity.json', Buffer.from(integrityOf(releases)));
  return [
    releasedRoute('/embed@:release', 'A released version of the script, such as /embed@1.2.0.js', scripts),
    releasedRoute('/embed-element@:release', 'The same, with the element <microapp-embed>', elements),
    defineRoute({
      method: 'GET',
      path: '/embed/integrity.json',
      scope: 'public',
      tag,
      summary: 'The SRI values of all that released scripts run in a host page, by path',
      answers: 'content',
      longOperation: async ({ request }) =>
        answerWithFile(integrityList, request, { ...readableEverywhere, 'cache-control': publicFileCaching }),
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/embed/releases',
      scope: 'public',
      tag,
      summary: 'The versions of the script that a page may pin, with their SRI values',
      response: EmbedReleases,
      async longOperation() {
        return { data: releases.map((release) => presentRelease(release, embedUrl)) };
      },
    }),
  ];
}

function releasedRoute(path: string, summary: string, files: ReadonlyMap<string, StaticFile>): Route {
  return defineRoute({
    method: 'GET',
    path,
    scope: 'public',
    tag,
    summary,
    params: Type.Object({ release: Type.String({ maxLength: 200 }) }),
    answers: 'content',
    errors: ['not_found'],
    async longOperation({ params, request }) {
      const file = files.get(params.release);
      // Never another version in its place: the page would refuse its bytes, and nobody would know why.
      if (file === undefined) throw notFound('released script');
      return answerWithFile(file, request, { ...readableEverywhere, 'cache-control': immutable });
    },
  });
}

function presentRelease(release: BrowserFiles['releases'][number], embedUrl: string): PublicRelease {
  const { version, integrity, element, runtime, runtimeIntegrity, onDemand } = release;
  return {
    version,
    url: `${embedUrl}/embed@${version}.js`,
    integrity,
    runtimeUrl: `${embedUrl}${assetsPath}${runtime}`,
    runtimeIntegrity,
    ...(element && { elementUrl: `${embedUrl}/embed-element@${version}.js`, elementIntegrity: element.integrity }),
    onDemand: Object.entries(onDemand).map(([name, value]) => ({
      url: `${embedUrl}${assetsPath}${name}`,
      integrity: value,
    })),
  };
}

function integrityOf(releases: BrowserFiles['releases']): string {
  const values = releases.flatMap(({ version, integrity, element, runtime, runtimeIntegrity, onDemand }) => [
    [`/embed@${version}.js`, integrity],
    ...(element === undefined ? [] : [[`/embed-element@${version}.js`, element.integrity]]),
    ...Object.entries({ [runtime]: runtimeIntegrity, ...onDemand }).map(([name, value]) => [assetsPath + name, value]),
  ]);
  return `${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`;
}
