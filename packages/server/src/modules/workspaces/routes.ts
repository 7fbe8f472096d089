import { Id, ListOf, Workspace, WorkspaceChange, WorkspaceCreate, WorkspacesQuery } from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit, settingsChanged } from '../audit/index.ts';
import { changeWorkspace } from './change.ts';
import { createWorkspace } from './create.ts';
import { deleteWorkspace } from './delete.ts';
import { presentWorkspace } from './present.ts';
import { reviewTokens } from './review-tokens.ts';
import { findWorkspace, selectWorkspaces } from './store.ts';

const tag = 'Workspaces';
/** What the trail keeps of a change, before and after. Not the attributes: they are facts about the customer. */
const auditedSettings = ['name', 'status', 'portalEnabled', 'features', 'allowedOrigins', 'limits'] as const;
const byId = Type.Object({ id: Id });

export function workspaceRoutes(deps: { clock: Clock; random: Random }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/workspaces',
      scope: 'owner',
      tag,
      summary: 'Make a workspace for a customer',
      body: WorkspaceCreate,
      response: Workspace,
      async operation(call) {
        const row = await createWorkspace(deps, call.tx, { ownerId: call.principal.ownerId, wanted: call.body });
        await recordAudit(deps, call, { event: 'workspace.created', targetId: row.id, workspaceId: row.id });
        return presentWorkspace(row);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workspaces',
      scope: 'owner',
      tag,
      summary: 'Workspaces, newest first',
      query: WorkspacesQuery,
      response: ListOf(Workspace),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const rows = await selectWorkspaces(tx, page, query);
        return toPage(rows, page, {
          startOf: (row) => ({ at: row.created_at, id: row.id }),
          present: presentWorkspace,
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/workspaces/:id',
      scope: 'owner',
      tag,
      summary: 'One workspace',
      params: byId,
      response: Workspace,
      errors: ['not_found'],
      async operation({ tx, params }) {
        const row = await findWorkspace(tx, params.id);
        if (row === undefined) throw notFound('workspace');
        return presentWorkspace(row);
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/workspaces/:id',
      scope: 'owner',
      tag,
      summary: 'Change a workspace; disabling it stops all its credentials at once',
      params: byId,
      body: WorkspaceChange,
      response: Workspace,
      errors: ['not_found'],
      async operation(call) {
        const { before, after } = await changeWorkspace(deps, call.tx, { id: call.params.id, change: call.body });
        await recordAudit(deps, call, {
          event: 'workspace.changed',
          targetId: after.id,
          workspaceId: after.id,
          detail: {
            fields: Object.keys(call.body),
            changes: settingsChanged(presentWorkspace(before), presentWorkspace(after), auditedSettings),
          },
        });
        return presentWorkspace(after);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/workspaces/:id/embed-tokens/reviewed',
      scope: 'owner',
      tag,
      summary: 'Note that somebody has looked through the embed tokens of a workspace',
      status: 200,
      params: byId,
      response: Workspace,
      errors: ['not_found'],
      async operation(call) {
        const row = await reviewTokens(deps, call.tx, call.params.id);
        await recordAudit(deps, call, { event: 'embed-tokens.reviewed', targetId: row.id, workspaceId: row.id });
        return presentWorkspace(row);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/workspaces/:id',
      scope: 'owner',
      tag,
      summary: 'Take a workspace away with all its credentials',
      params: byId,
      errors: ['not_found'],
      async operation(call) {
        const { id } = call.params;
        if ((await deleteWorkspace(deps, call.tx, id)) === 'was') return;
        await recordAudit(deps, call, { event: 'workspace.deleted', targetId: id, workspaceId: id });
      },
    }),
  ];
}
