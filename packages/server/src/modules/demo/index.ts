export { demoAttributes } from './store.ts';
export { startDemo, type Demo } from './start.ts';
