import { createMount } from './mount.ts';
import type { Handle, MountOptions } from './options.ts';

// For pages that bundle: the same host side without the script tag and without the global.

export type {
  Callbacks,
  ErrorCode,
  Handle,
  HostErrorCode,
  Load,
  Mode,
  MountOptions,
  Problem,
  State,
  Ticket,
  TicketReason,
} from './options.ts';

/**
 * Puts a widget on the page. `baseUrl` is the installation's address; there is no script tag to tell it. Touches the
 * document when it is called, not when it is imported.
 */
export const mount: (options: MountOptions & { baseUrl: string }) => Handle = createMount({
  base: '',
  loadRuntime: () => import('./runtime.ts'),
});
