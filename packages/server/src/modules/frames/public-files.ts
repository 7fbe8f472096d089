/** Where assets are served; names follow. */
export const assetsPath = '/embed/assets/';

/** What may be embedded by pages that isolate themselves (COEP: require-corp) must itself say that it may. */
export const embeddable = { 'cross-origin-resource-policy': 'cross-origin' } as const;

/**
 * Scripts of host pages come from another site, so pages with strict policies ask for them with CORS; and whoever runs
 * such a page may measure how long they took.
 */
export const readableEverywhere = {
  ...embeddable,
  'access-control-allow-origin': '*',
  'timing-allow-origin': '*',
} as const;

/** Of what keeps its address and changes with releases: asked for again after five minutes, and never waited for. */
export const publicFileCaching = 'public, max-age=300, stale-while-revalidate=86400';

/** Of what never changes under its address. */
export const immutable = 'public, max-age=31536000, immutable';
