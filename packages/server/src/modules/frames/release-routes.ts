import { EmbedReleases, type EmbedRelease as PublicRelease } from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import { answerWithFile, defineRoute, staticFile, type Route } from '../../platform/http/index.ts';
import type { BrowserFiles } from './browser-files.ts';
import { assetsPath, immutable, publicFileCaching, readableEverywhere } from './public-files.ts';

const tag = 'Embedding';

/**
 * What a page gets that pins its script: `/embed@1.2.0.js`, which never changes, with an SRI value. Its runtime is an
 * asset like any other, under the hash of its content.
 */
export function releaseRoutes({ files, embedUrl }: { files: BrowserFiles; embedUrl: string }): Route[] {
  const { releases } = files;
  const byName = new Map(releases.map(({ version, file }) => [`${version}.js`, file]));
  const integrityList = staticFile('integrity.json', Buffer.from(integrityOf(releases)));
  return [
    defineRoute({
      method: 'GET',
      path: '/embed@:release',
      scope: 'public',
      tag,
      summary: 'A released version of the script, such as /embed@1.2.0.js',
      params: Type.Object({ release: Type.String({ maxLength: 200 }) }),
      answers: 'content',
      errors: ['not_found'],
      async longOperation({ params, request }) {
        const file = byName.get(params.release);
        // Never another version in its place: the page would refuse its bytes, and nobody would know why.
        if (file === undefined) throw notFound('released script');
        return answerWithFile(file, request, { ...readableEverywhere, 'cache-control': immutable });
      },
    }),
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

function presentRelease(release: BrowserFiles['releases'][number], embedUrl: string): PublicRelease {
  const { version, integrity, runtime, runtimeIntegrity } = release;
  return {
    version,
    url: `${embedUrl}/embed@${version}.js`,
    integrity,
    runtimeUrl: `${embedUrl}${assetsPath}${runtime}`,
    runtimeIntegrity,
  };
}

function integrityOf(releases: BrowserFiles['releases']): string {
  const values = releases.flatMap(({ version, integrity, runtime, runtimeIntegrity }) => [
    [`/embed@${version}.js`, integrity],
    [`${assetsPath}${runtime}`, runtimeIntegrity],
  ]);
  return `${JSON.stringify(Object.fromEntries(values), undefined, 2)}\n`;
}
