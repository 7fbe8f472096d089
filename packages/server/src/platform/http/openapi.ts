import Type from 'typebox';
import { defineRoute, type Route } from './define-route.ts';

/** `/openapi.json`, made from the routes' own schemas. `document` is asked at the first request, when all are known. */
export function openapiRoutes(document: () => unknown): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/openapi.json',
      scope: 'public',
      tag: 'Documentation',
      summary: 'This API as an OpenAPI 3.1 document',
      response: Type.Unknown(),
      async longOperation() {
        return document();
      },
    }),
  ];
}
