import { OwnerCreate, OwnerWithFirstKey } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { createOwner, type FurnishOwner } from './create.ts';

export function ownerRoutes(deps: { db: Database; clock: Clock; random: Random; furnish: FurnishOwner }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/owners',
      scope: 'owner',
      tag: 'Owners',
      summary: "Make a further owner; for the installation's first owner only. Its first key is in this answer only",
      body: OwnerCreate,
      response: OwnerWithFirstKey,
      async longOperation(call) {
        const { key, createdAt, ...owner } = await createOwner(deps, call, call.body.name);
        return { ...owner, createdAt: createdAt.toISOString(), key: key.reveal() };
      },
    }),
  ];
}
