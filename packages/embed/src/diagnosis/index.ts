// Loaded only when a widget has failed, or when a developer asks.

export { diagnose } from './diagnose.ts';
