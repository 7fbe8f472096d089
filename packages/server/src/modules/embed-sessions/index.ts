export { embedSessionRoutes } from './routes.ts';
export { sweepTickets } from './sweep.ts';
