import type { paths } from '../../api/schema.gen.ts';

/** What the server says of today, and of the way to a first embed. */
export type Overview = paths['/v1/overview']['get']['responses']['200']['content']['application/json'];
