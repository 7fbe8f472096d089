export { startDemo, type Demo, type DemoDeps } from './start.ts';
