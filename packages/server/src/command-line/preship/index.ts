export { runPreship } from './run.ts';
