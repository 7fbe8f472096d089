export { startDemo, type Demo } from './start.ts';
