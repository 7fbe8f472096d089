export * from './content.ts';
export * from './define-route.ts';
export * from './health.ts';
export * from './openapi.ts';
export * from './paging.ts';
export * from './principal.ts';
export * from './server.ts';
export * from './static-file.ts';
