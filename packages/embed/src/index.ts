import { createMount } from './mount.ts';
import type { Handle, MountOptions } from './options.ts';
import type { Parts } from './widget.ts';

// For pages that bundle: the same host side without the script tag and without the global.

export type {
  Callbacks,
  Diagnosis,
  ErrorCode,
  Handle,
  HostErrorCode,
  Load,
  Mode,
  MountOptions,
  Problem,
  Resume,
  State,
  Ticket,
  TicketReason,
} from './options.ts';

const parts = {
  runtime: () => import('./runtime.ts'),
  diagnosis: () => import('./diagnosis/index.ts'),
};

/**
 * Puts a widget on the page. `baseUrl` is the installation's address; there is no script tag to tell it. Touches the
 * document when it is called, not when it is imported.
 */
export const mount: (options: MountOptions & { baseUrl: string }) => Handle = createMount(
  '',
  // It is each part's own module, which the compiler takes for any of them.
  <Part extends keyof Parts>(part: Part) => parts[part]() as Promise<Parts[Part]>,
);
