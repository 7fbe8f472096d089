import { KeyRotation, TenantWall } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { KeyedHash } from '../../platform/crypto/keyed-hash.ts';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import { checkFirstOwner } from '../owners/index.ts';
import { rotateKeys } from './rotate-keys.ts';
import { examineWall } from './wall.ts';

const tag = 'Installation';

export function installationRoutes(deps: {
  db: Database;
  clock: Clock;
  random: Random;
  log: Log;
  envelope: Envelope;
  keyedHash: KeyedHash;
}): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/installation/rotate-keys',
      scope: 'owner',
      tag,
      summary: 'Encrypt everything at rest with the first key again; for the first owner',
      status: 200,
      response: KeyRotation,
      errors: ['permission_denied'],
      async longOperation({ principal, request }) {
        await checkFirstOwner(deps, principal);
        const detail = await rotateKeys(deps);
        await deps.db.withOwner(principal, (tx) =>
          recordAudit(
            deps,
            { tx, principal, request },
            { event: 'installation.keys-rotated', targetId: principal.ownerId, detail },
          ),
        );
        return detail;
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/installation/wall',
      scope: 'owner',
      tag,
      summary: 'Whether row-level security stands behind every query; for the first owner',
      response: TenantWall,
      errors: ['permission_denied'],
      async longOperation({ principal }) {
        await checkFirstOwner(deps, principal);
        return examineWall(deps);
      },
    }),
  ];
}
