import { permissionOfKind, PreviewTicket, PreviewTicketRequest, Slug, type AppKind } from '@microapp/contract';
import Type from 'typebox';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { checkSpec, findApp, hasVersion, specBytesMax, type AppKinds } from '../apps/index.ts';
import { findWorkspace, readFirstWorkspace } from '../workspaces/index.ts';
import { issuePreviewTicket, type PreviewDeps } from './issue-preview-ticket.ts';

/** What the dashboard shows beside an editor: the real frame, with what is not saved, not published, or not live any more. */
export function previewRoutes(deps: PreviewDeps & { kinds: AppKinds }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/apps/:slug/preview-ticket',
      scope: 'owner',
      tag: 'Apps',
      summary:
        'A ticket for a frame in the dashboard that runs the draft, one version, or what is not saved of this app, and no other app',
      params: Type.Object({ slug: Slug }),
      body: PreviewTicketRequest,
      bodyBytesMax: specBytesMax,
      response: PreviewTicket,
      errors: ['not_found'],
      // Good once and for a minute: an answer that is repeated would be worth nothing.
      idempotency: 'none',
      async longOperation({ principal, params, body: { workspaceId: asked, version, spec } }) {
        if (version !== undefined && spec !== undefined) {
          throw invalid([{ path: 'spec', message: 'is in the place of the draft: give it or a version' }]);
        }
        const { kind, workspaceId } = await deps.db.withOwner(principal, async (tx) => {
          const app = await findApp(tx, params.slug);
          if (app === undefined) throw notFound('app');
          if (version !== undefined && !(await hasVersion(tx, app.id, version))) throw notFound('version of this app');
          const found = await workspaceOf(tx, principal.ownerId, asked);
          return { kind: app.kind as AppKind, workspaceId: found }; // the table's own check
        });
        if (spec !== undefined) await checkSpec(deps.kinds, kind, spec);
        const permissions = [permissionOfKind[kind]];
        const shows = spec !== undefined ? { spec } : version !== undefined ? { version } : 'draft';
        return issuePreviewTicket(deps, principal, { workspaceId, apps: [params.slug], permissions, shows });
      },
    }),
  ];
}

/** The workspace that is named, or the owner's own. */
async function workspaceOf(tx: OwnerTx, ownerId: string, id: string | undefined): Promise<string> {
  const workspace = id === undefined ? await readFirstWorkspace(tx, ownerId) : await findWorkspace(tx, id);
  if (workspace === undefined) throw notFound('workspace');
  return workspace.id;
}
