export { spikeRoutes } from './routes.ts';
export { watchForSpikes } from './watch.ts';
