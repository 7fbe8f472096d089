import { Id, ListOf, Member, MemberCreate, MemberUpdate, MemberWithLink, pageQuery } from '@microapp/contract';
import Type from 'typebox';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit, settingsChanged } from '../audit/index.ts';
import { changeMember } from './change.ts';
import { inviteMember } from './invite.ts';
import type { FreshLink } from './link.ts';
import { presentMember } from './present.ts';
import { removeMember } from './remove.ts';
import { renewLink } from './renew-link.ts';
import { selectMembers, type MemberRow } from './store.ts';

const tag = 'Members';
const byId = Type.Object({ id: Id });
const auditedSettings = ['name', 'role', 'status'] as const;

/** People who sign in without an identity provider. Only admins let somebody in, and only they say who may do what. */
export function memberRoutes(deps: { clock: Clock; random: Random; publicUrl: string }): Route[] {
  const { clock } = deps;
  const present = (row: MemberRow) => presentMember(row, clock.now());
  const presentWithLink = ({ row, link }: { row: MemberRow; link: FreshLink }) => ({
    member: present(row),
    signInUrl: link.signInUrl,
    expiresAt: link.expiresAt.toISOString(),
  });

  return [
    defineRoute({
      method: 'POST',
      path: '/v1/members',
      scope: 'owner',
      tag,
      summary: 'Invite somebody; the link that signs them in is in this answer only',
      body: MemberCreate,
      response: MemberWithLink,
      async operation(call) {
        const { ownerId } = call.principal;
        const invited = await inviteMember(deps, call.tx, { ownerId, wanted: call.body });
        await recordAudit(deps, call, {
          event: 'member.invited',
          targetId: invited.row.id,
          detail: { role: invited.row.role },
        });
        return presentWithLink(invited);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/members',
      scope: 'owner',
      tag,
      summary: 'Members, newest first',
      query: Type.Object(pageQuery),
      response: ListOf(Member),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const rows = await selectMembers(tx, page);
        return toPage(rows, page, { startOf: (row) => ({ at: row.created_at, id: row.id }), present });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/members/:id/link',
      scope: 'owner',
      tag,
      summary: 'Make another sign-in link; the one before is dead at once',
      params: byId,
      response: MemberWithLink,
      errors: ['not_found', 'conflict'],
      async operation(call) {
        const renewed = await renewLink(deps, call.tx, call.params.id);
        await recordAudit(deps, call, { event: 'member.link-renewed', targetId: renewed.row.id });
        return presentWithLink(renewed);
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/members/:id',
      scope: 'owner',
      tag,
      summary: 'Change a member. Also the last admin: whoever holds an owner key can always sign in',
      params: byId,
      body: MemberUpdate,
      response: Member,
      errors: ['not_found'],
      async operation(call) {
        const { before, after } = await changeMember(deps, call.tx, { id: call.params.id, change: call.body });
        await recordAudit(deps, call, {
          event: 'member.changed',
          targetId: after.id,
          detail: { fields: Object.keys(call.body), changes: settingsChanged(before, after, auditedSettings) },
        });
        return present(after);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/members/:id',
      scope: 'owner',
      tag,
      summary: 'Remove a member, with every session',
      params: byId,
      errors: ['not_found'],
      async operation(call) {
        if ((await removeMember(deps, call.tx, call.params.id)) === 'was') return;
        await recordAudit(deps, call, { event: 'member.removed', targetId: call.params.id });
      },
    }),
  ];
}
