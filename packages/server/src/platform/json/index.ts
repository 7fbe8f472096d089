export * from './json-parts.ts';
export * from './json-text.ts';
export * from './raw-json.ts';
