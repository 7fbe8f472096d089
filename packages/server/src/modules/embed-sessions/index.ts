export { createMintLimits } from './mint-limits.ts';
export { embedSessionRoutes } from './routes.ts';
export { sweepTickets } from './sweep.ts';
