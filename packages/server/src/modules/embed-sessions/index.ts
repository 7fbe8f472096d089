export { previewRoutes } from './preview-routes.ts';
export { createMintLimits } from './mint-limits.ts';
export { embedSessionRoutes } from './routes.ts';
export { surfacePreviewRoute } from './surface-preview-route.ts';
export { sweepTickets } from './sweep.ts';
