import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import { answerWithFile, defineRoute, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import type { DashboardFiles } from './dashboard-files.ts';
import { noPortalPage } from './no-portal-page.ts';
import { notBuiltPage } from './not-built-page.ts';
import { assetsPath, dashboardShell } from './shell.ts';

const tag = 'Pages';

/** The views that have an address of their own; below those with a star there are as many as there are objects. */
const viewPaths = [
  '/sign-in',
  '/join',
  '/customers',
  '/customers/*',
  '/apps',
  '/apps/*',
  '/surfaces',
  '/surfaces/*',
  '/developers',
  '/developers/*',
  '/logs',
  '/logs/*',
  '/members',
];

/** Reserved for the owner's customers, who get a session of their own: never the dashboard's document. */
const portalPaths = ['/portal', '/portal/*'];

const nonceBytes = 16;
const assetHeaders = {
  'cache-control': 'public, max-age=31536000, immutable',
  'cross-origin-resource-policy': 'same-origin',
};

/** The dashboard: one document at each of its addresses, and its files. `embedUrl` is the origin of frames. */
export function dashboardRoutes({
  files,
  random,
  embedUrl,
}: {
  files: DashboardFiles | undefined;
  random: Random;
  embedUrl: string;
}): Route[] {
  return [
    ...['/', ...viewPaths].map((path) =>
      defineRoute({
        method: 'GET',
        path,
        scope: 'public',
        host: 'public',
        // The same document at each: one of them is enough for whoever reads about the API.
        isHidden: path !== '/',
        tag,
        summary: 'The dashboard',
        answers: 'content',
        async longOperation() {
          if (files === undefined) return notBuiltPage();
          const nonce = Buffer.from(random.bytes(nonceBytes)).toString('base64');
          return dashboardShell(files, { nonce, embedUrl });
        },
      }),
    ),
    ...portalPaths.map((path) =>
      defineRoute({
        method: 'GET',
        path,
        scope: 'public',
        host: 'public',
        isHidden: true,
        tag,
        summary: 'That there is no portal',
        answers: 'content',
        longOperation: async () => noPortalPage(),
      }),
    ),
    defineRoute({
      method: 'GET',
      path: `${assetsPath}:file`,
      scope: 'public',
      host: 'public',
      tag,
      summary: 'A built file of the dashboard, named by its content',
      params: Type.Object({ file: Type.String({ maxLength: 200 }) }),
      answers: 'content',
      errors: ['not_found'],
      async longOperation({ params, request }) {
        const file = files?.assets.get(params.file);
        if (file === undefined) throw notFound('file');
        return answerWithFile(file, request, assetHeaders);
      },
    }),
  ];
}
