export * from './guards.ts';
export * from './messages.ts';
