import type { MountOptions } from '@microapp/embed';

/** The options of `mount`, with the installation's address: there is no script tag to tell it. */
export type MicroappOptions = MountOptions & { baseUrl: string };
