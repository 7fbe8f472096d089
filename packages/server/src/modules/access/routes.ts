import { EmbedMe, Me, permissionsOfRole } from '@microapp/contract';
import { defineRoute, type Route } from '../../platform/http/index.ts';

export function accessRoutes(): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/me',
      scope: 'owner',
      tag: 'Access',
      summary: 'Who this management credential is',
      response: Me,
      async operation({ principal }) {
        const { class: credentialClass, credentialId, ownerId, role } = principal;
        return { class: credentialClass, credentialId, ownerId, role, permissions: permissionsOfRole(role) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/embed/me',
      scope: 'embed',
      tag: 'Access',
      summary: 'Who this embed token or session is',
      response: EmbedMe,
      accessLogged: true,
      cors: true,
      async longOperation({ principal }) {
        return {
          class: principal.class,
          credentialId: principal.credentialId,
          ownerId: principal.ownerId,
          workspaceId: principal.workspaceId,
          apps: [...principal.apps],
          permissions: [...principal.permissions],
          environment: principal.environment,
          origin: principal.origin ?? null,
        };
      },
    }),
  ];
}
