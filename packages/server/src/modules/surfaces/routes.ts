import { Id, ListOf, pageQuery, Surface, SurfaceChange, SurfaceCreate, SurfaceSightings } from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import { changeSurface } from './change.ts';
import { createSurface } from './create.ts';
import { deleteSurface } from './delete.ts';
import { presentSighting, presentSurface } from './present.ts';
import { rotateClientToken } from './rotate-token.ts';
import { findSurface, selectSightings, selectSurfaces, type SurfaceWithToken } from './store.ts';

const tag = 'Surfaces';
const byId = Type.Object({ id: Id });

export function surfaceRoutes(deps: { clock: Clock; random: Random; embedUrl: string }): Route[] {
  const present = (row: SurfaceWithToken) => presentSurface(row, deps.embedUrl);
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/surfaces',
      scope: 'owner',
      tag,
      summary: 'Make a surface with its client token',
      body: SurfaceCreate,
      response: Surface,
      errors: ['conflict'],
      async operation(call) {
        const row = await createSurface(deps, call.tx, call.body);
        await recordAudit(deps, call, {
          event: 'surface.created',
          targetId: row.id,
          workspaceId: row.workspace_id,
          detail: { environment: row.environment, allowedOrigins: row.allowed_origins },
        });
        return present(row);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/surfaces',
      scope: 'owner',
      tag,
      summary: 'Surfaces, newest first',
      query: Type.Object({ ...pageQuery, workspaceId: Type.Optional(Id) }),
      response: ListOf(Surface),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const rows = await selectSurfaces(tx, page, { workspaceId: query.workspaceId });
        return toPage(rows, page, { startOf: (row) => ({ at: row.created_at, id: row.id }), present });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/surfaces/:id',
      scope: 'owner',
      tag,
      summary: 'One surface',
      params: byId,
      response: Surface,
      errors: ['not_found'],
      async operation({ tx, params }) {
        const row = await findSurface(tx, params.id);
        if (row === undefined) throw notFound('surface');
        return present(row);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/surfaces/:id/sightings',
      scope: 'owner',
      tag,
      summary: 'On which pages the surface was seen, and which were refused, latest first',
      params: byId,
      response: SurfaceSightings,
      errors: ['not_found'],
      async operation({ tx, params }) {
        const row = await findSurface(tx, params.id);
        if (row === undefined) throw notFound('surface');
        return { data: (await selectSightings(tx, row.id)).map(presentSighting) };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/surfaces/:id',
      scope: 'owner',
      tag,
      summary: 'Change a surface; its allowed origins work at once',
      params: byId,
      body: SurfaceChange,
      response: Surface,
      errors: ['not_found', 'conflict'],
      async operation(call) {
        const row = await changeSurface(deps, call.tx, { id: call.params.id, change: call.body });
        await recordAudit(deps, call, {
          event: 'surface.changed',
          targetId: row.id,
          workspaceId: row.workspace_id,
          detail: { fields: Object.keys(call.body), allowedOrigins: row.allowed_origins },
        });
        return present(row);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/surfaces/:id/rotate-token',
      scope: 'owner',
      tag,
      summary: 'Replace the client token; the old one and its sessions are dead at once',
      status: 200,
      params: byId,
      response: Surface,
      errors: ['not_found'],
      async operation(call) {
        const row = await rotateClientToken(deps, call.tx, call.params.id);
        await recordAudit(deps, call, {
          event: 'client-token.rotated',
          targetId: row.client_token_id,
          workspaceId: row.workspace_id,
          detail: { surfaceId: row.id },
        });
        return present(row);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/surfaces/:id',
      scope: 'owner',
      tag,
      summary: 'Take a surface away with its client token',
      params: byId,
      errors: ['not_found'],
      async operation(call) {
        const surface = await deleteSurface(deps, call.tx, call.params.id);
        if (surface === undefined) return;
        await recordAudit(deps, call, {
          event: 'surface.deleted',
          targetId: surface.id,
          workspaceId: surface.workspace_id,
        });
      },
    }),
  ];
}
