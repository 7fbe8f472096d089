import { defineRoute, type Route } from '../../platform/http/index.ts';
import { startPage, startPagePolicy } from './page.ts';

export function startPageRoutes({ publicUrl }: { publicUrl: string }): Route[] {
  const page = startPage(publicUrl);
  return [
    defineRoute({
      method: 'GET',
      path: '/',
      scope: 'public',
      tag: 'Pages',
      summary: 'The start page',
      answers: 'html',
      headers: { 'content-security-policy': startPagePolicy, 'referrer-policy': 'no-referrer' },
      async longOperation() {
        return page;
      },
    }),
  ];
}
