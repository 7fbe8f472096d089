import Type from 'typebox';
import { AppError, notFound } from '../../platform/app-error.ts';
import type { Database } from '../../platform/db/index.ts';
import {
  answerWithFile,
  defineRoute,
  type Content,
  type RequestFacts,
  type Route,
  type StaticFile,
} from '../../platform/http/index.ts';
import { urlTokenAudience } from '../embed-tokens/index.ts';
import type { BrowserFiles } from './browser-files.ts';
import { frameAncestors, type AncestorsDeps, type FrameAddress } from './frame-ancestors.ts';
import { frameDocument } from './frame-document.ts';
import { assetsPath, immutable, publicFileCaching, readableEverywhere } from './public-files.ts';
import { logoRoute } from './logo-route.ts';
import { protocolRoutes } from './protocol-routes.ts';
import { releaseRoutes } from './release-routes.ts';
import { nothingHerePage } from './nothing-here-page.ts';

const tag = 'Embedding';

/** One script, three addresses: what was pasted once works for ever. */
const loaderPaths = ['/embed.js', '/microapp-widget.js', '/v1/embed.js'];
const elementPaths = ['/embed-element.js', '/v1/embed-element.js'];
const frameOfApp = '/embed/apps/:slug';
const framesOfApp = [frameOfApp, '/embed/tools/:slug', '/embed/:slug'];
const frameOfSurface = '/embed/surfaces/:surfaceId';

const namedByContent = /^(\w+)-[\w-]+\.js$/;

// Loose, because what is wrong here is shown to a person, as a page.
const TextParam = Type.String({ maxLength: 200 });
const FrameQuery = Type.Object({ for: Type.Optional(Type.Unknown()) }, { additionalProperties: true });

export function frameRoutes(deps: AncestorsDeps & { db: Database; files: BrowserFiles; embedUrl: string }): Route[] {
  const { files } = deps;
  return [
    ...loaderPaths.map((path) => scriptRoute(path, 'The script that host pages load', files.loader)),
    ...elementPaths.map((path) =>
      scriptRoute(path, 'The same script, with the element <microapp-embed>', files.element),
    ),
    logoRoute(deps),
    ...releaseRoutes(deps),
    ...protocolRoutes(deps),
    defineRoute({
      method: 'GET',
      path: `${assetsPath}:file`,
      scope: 'public',
      host: 'embed',
      tag,
      summary: 'A built file, named by its content',
      params: Type.Object({ file: TextParam }),
      answers: 'content',
      errors: ['not_found'],
      longOperation: async ({ params, request }) => answerWithAsset(files, params.file, request),
    }),
    ...framesOfApp.map((path) =>
      defineRoute({
        method: 'GET',
        path,
        scope: 'public',
        host: 'embed',
        tag,
        summary: 'The document inside the iframe of an app',
        params: Type.Object({ slug: TextParam }),
        query: FrameQuery,
        answers: 'content',
        // Not looked at here: the frame's script takes it out of the address and redeems it.
        ...(path === frameOfApp ? { jwtInQuery: { parameter: 'token', audience: urlTokenAudience } } : {}),
        longOperation: ({ params, query, request }) =>
          answerWithFrame(deps, { slug: params.slug, ...recordNamed(query.for) }, request),
      }),
    ),
    defineRoute({
      method: 'GET',
      path: frameOfSurface,
      scope: 'public',
      host: 'embed',
      tag,
      summary: 'The document inside the iframe of a surface',
      params: Type.Object({ surfaceId: TextParam }),
      answers: 'content',
      longOperation: ({ params, request }) => answerWithFrame(deps, { surfaceId: params.surfaceId }, request),
    }),
  ];
}

function scriptRoute(path: string, summary: string, file: StaticFile): Route {
  return defineRoute({
    method: 'GET',
    path,
    scope: 'public',
    host: 'embed',
    tag,
    summary,
    answers: 'content',
    longOperation: async ({ request }) =>
      answerWithFile(file, request, { ...readableEverywhere, 'cache-control': publicFileCaching }),
  });
}

/** `for` twice, or empty, names nothing; dropping it would serve the address that any page may show. */
function recordNamed(value: unknown): { recordId?: string } {
  if (value === undefined) return {};
  return { recordId: typeof value === 'string' ? value : '' };
}

async function answerWithFrame(
  deps: AncestorsDeps & { files: BrowserFiles },
  address: FrameAddress,
  request: RequestFacts,
): Promise<Content> {
  try {
    return frameDocument(deps.files, address, await frameAncestors(deps, address));
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return nothingHerePage(request.id);
    throw error;
  }
}

/**
 * A loader that some cache kept names a runtime, or another part of the host side, of another release. It gets the current
 * one, which understands it, and which must not be stored under that name.
 */
function answerWithAsset(files: BrowserFiles, name: string, request: RequestFacts): Content {
  const file = files.assets.get(name);
  if (file !== undefined) return answerWithFile(file, request, { ...readableEverywhere, 'cache-control': immutable });
  const current = files.hostParts.get(namedByContent.exec(name)?.[1] ?? '');
  if (current === undefined) throw notFound('file');
  return answerWithFile(current, request, { ...readableEverywhere, 'cache-control': 'no-store' });
}
