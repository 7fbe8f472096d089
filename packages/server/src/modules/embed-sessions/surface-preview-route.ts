import { Id, PreviewTicket, type Permission } from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { findSurface } from '../surfaces/index.ts';
import { issuePreviewTicket, type PreviewDeps } from './issue-preview-ticket.ts';

/**
 * What the dashboard shows beside a surface's theme: the widget as its visitors get it. The preview has neither the
 * surface's client token nor its list of origins: it is for the dashboard's own page, and for no other.
 */
export function surfacePreviewRoute(deps: PreviewDeps): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/surfaces/:id/preview-ticket',
    scope: 'owner',
    tag: 'Surfaces',
    summary: 'A ticket for a frame in the dashboard that shows this surface',
    params: Type.Object({ id: Id }),
    response: PreviewTicket,
    errors: ['not_found'],
    // Good once and for a minute: an answer that is repeated would be worth nothing.
    idempotency: 'none',
    async longOperation({ principal, params }) {
      const surface = await deps.db.withOwner(principal, (tx) => findSurface(tx, params.id));
      if (surface === undefined) throw notFound('surface');
      return issuePreviewTicket(deps, principal, {
        workspaceId: surface.workspace_id,
        surfaceId: surface.id,
        apps: surface.apps,
        permissions: surface.permissions as Permission[], // checked by the schema when saved
        shows: 'live',
      });
    },
  });
}
