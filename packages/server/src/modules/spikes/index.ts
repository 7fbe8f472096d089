export { spikeRoutes } from './routes.ts';
export { watchForSpikes, type SpikeWatch } from './watch.ts';
