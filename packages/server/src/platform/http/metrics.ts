import { BlockList, isIPv6 } from 'node:net';
import type { Registry } from 'prom-client';
import { AppError } from '../app-error.ts';
import { defineRoute, type Route } from './define-route.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** What a proxy says of whom it asks for. */
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * `/metrics`, in the form of Prometheus, for programs on this very machine and without a credential. Elsewhere there is
 * nothing by that name: figures of the whole installation are no visitor's business. Behind a reverse proxy on the same
 * machine everybody comes from loopback; what a proxy passes on says so, and is refused as well.
 */
export function metricsRoutes(registry: Registry): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/metrics',
      scope: 'public',
      tag: 'Health',
      summary: 'Metrics for Prometheus; from this machine only',
      answers: 'content',
      errors: ['not_found'],
      async longOperation({ request }) {
        const isForwarded = forwardingHeaders.some((name) => request.header(name) !== undefined);
        if (isForwarded || !isLoopback(request.address)) {
          throw new AppError('not_found', { message: 'There is no such address.', reason: 'metrics_from_elsewhere' });
        }
        return { status: 200, headers: { 'content-type': registry.contentType }, body: await registry.metrics() };
      },
    }),
  ];
}

function isLoopback(address: string): boolean {
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
