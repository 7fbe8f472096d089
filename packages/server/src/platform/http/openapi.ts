import Type from 'typebox';
import { defineRoute, type Route } from './define-route.ts';
import { optionalBodyMark } from './route-schema.ts';

type Operation = { [optionalBodyMark]?: true; requestBody?: { required?: boolean } };

/** `/openapi.json`, made from the routes' own schemas. `document` is asked when all of them are known. */
export function openapiRoutes(document: () => { paths?: object | undefined }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/openapi.json',
      scope: 'public',
      tag: 'Documentation',
      summary: 'This API as an OpenAPI 3.1 document',
      response: Type.Unknown(),
      async longOperation() {
        return withOptionalBodies(document());
      },
    }),
  ];
}

/** The document with bodies that may be left out: its maker requires every body. */
function withOptionalBodies<Document extends { paths?: object | undefined }>(document: Document): Document {
  // Made by our own server, from routes of that form.
  for (const path of Object.values(document.paths ?? {}) as Record<string, Operation>[]) {
    for (const operation of Object.values(path)) {
      if (operation[optionalBodyMark] !== true) continue;
      delete operation[optionalBodyMark];
      if (operation.requestBody !== undefined) operation.requestBody.required = false;
    }
  }
  return document;
}
