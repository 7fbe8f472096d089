import type { paths } from '../../api/schema.gen.ts';

/** What the overview's route answers. */
export type Overview = paths['/v1/overview']['get']['responses']['200']['content']['application/json'];
