import { AppError } from '../app-error.ts';
import type { HostName, Route } from './define-route.ts';

/** The origins that the two hosts have; equal where one serves everything. */
export type Hosts = Readonly<Record<HostName, string>>;

/**
 * Which host answers a route, where there are two. A page that runs in a frame, and whatever gets into it, must not share
 * an origin with the dashboard, whose cookie would then be its own: so each host answers its part only, and both what
 * belongs to neither, such as health and keys.
 */
export function hostOf({ host, scope }: Pick<Route, 'host' | 'scope'>): HostName | undefined {
  if (host !== undefined) return host;
  if (scope === 'owner') return 'public';
  return scope === 'embed' ? 'embed' : undefined;
}

/**
 * Throws `not_found` for a route of one host that was asked for at another. `asked` is the Host header, or what a trusted
 * proxy says that it was.
 */
export function checkHost(hosts: Hosts, wanted: HostName | undefined, asked: string): void {
  if (wanted === undefined || hosts.public === hosts.embed) return;
  if (asked.toLowerCase() === new URL(hosts[wanted]).host) return;
  throw new AppError('not_found', {
    reason: `wrong_host: ${wanted}`,
    message: 'There is no such address on this host.',
    hint: `It is at ${hosts[wanted]}.`,
  });
}
