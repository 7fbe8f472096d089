import { CredentialFormats, EmbedMe, Me } from '@microapp/contract';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { presentMe } from '../dashboard-sessions/index.ts';
import { credentialFormats } from './credential-formats.ts';

export function accessRoutes({ issuer }: { issuer: string }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/me',
      scope: 'owner',
      tag: 'Access',
      summary: 'Who this management credential is',
      response: Me,
      async operation({ principal }) {
        return presentMe(principal);
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
    defineRoute({
      method: 'GET',
      path: '/v1/credential-formats',
      scope: 'public',
      tag: 'Access',
      summary: 'What our credentials look like, for scanners that look for leaked ones',
      response: CredentialFormats,
      async longOperation() {
        return { data: credentialFormats(issuer) };
      },
    }),
  ];
}
