import { Id, LogoScheme, Surface, SurfaceLogoWanted } from '@microapp/contract';
import Type from 'typebox';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import { presentSurface } from './present.ts';
import { removeLogo } from './remove-logo.ts';
import { setLogo } from './set-logo.ts';

const tag = 'Surfaces';
const path = '/v1/surfaces/:id/logos/:scheme';
const params = Type.Object({ id: Id, scheme: LogoScheme });

/** More than a logo may have, so that one that is a little too large is refused in words of its own. */
const bodyBytesMax = 1024 * 1024;

export function surfaceLogoRoutes(deps: { clock: Clock; random: Random; embedUrl: string }): Route[] {
  return [
    defineRoute({
      method: 'PUT',
      path,
      scope: 'owner',
      tag,
      summary: 'Give a surface its logo, for light or for dark; the widget shows it at once',
      params,
      body: SurfaceLogoWanted,
      bodyBytesMax,
      response: Surface,
      errors: ['not_found', 'payload_too_large'],
      async operation(call) {
        const row = await setLogo(deps, call.tx, { ...call.params, ...call.body });
        await recordAudit(deps, call, {
          event: 'surface.logo-set',
          targetId: row.id,
          workspaceId: row.workspace_id,
          detail: { scheme: call.params.scheme },
        });
        return presentSurface(row, deps.embedUrl);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path,
      scope: 'owner',
      tag,
      summary: 'Take a logo of a surface away',
      params,
      errors: ['not_found'],
      async operation(call) {
        const surface = await removeLogo(deps, call.tx, call.params);
        if (surface === undefined) return;
        await recordAudit(deps, call, {
          event: 'surface.logo-removed',
          targetId: surface.id,
          workspaceId: surface.workspace_id,
          detail: { scheme: call.params.scheme },
        });
      },
    }),
  ];
}
