export { demoAttributes } from './store.ts';
export { startDemo, type Demo, type DemoDeps } from './start.ts';
