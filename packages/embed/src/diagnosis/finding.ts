import type { Diagnosis } from '../options.ts';

/** A link that fails, or, of code `ok`, that none does. */
export type Finding = Omit<Diagnosis, 'message'> & { text: string };
