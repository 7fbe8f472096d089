import { messagePage, type Content } from '../../platform/http/index.ts';

/** For the person who opens the dashboard of a server that was started from sources without a build. */
export function notBuiltPage(): Content {
  return messagePage({
    status: 503,
    title: 'The dashboard is not built',
    paragraphs: ['This server runs, and its API answers. Run npm run build and start it again to get the dashboard.'],
  });
}
