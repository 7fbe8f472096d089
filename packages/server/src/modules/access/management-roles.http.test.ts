import { managementRoles, roleAllows, type ManagementRole } from '@microapp/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startIdentityProvider, subject, type TestIdentityProvider } from '../../testing/identity-provider.ts';
import { expectRefusalLine } from '../../testing/refusal.ts';
import { describedRoutes, type DescribedRoute } from '../../testing/routes.ts';
import { describeAppOnce, refusalOf, type Answer, type Scenario } from '../../testing/scenario.ts';

/**
 * The least role of every management route, written down a second time: the table that the server goes by says it by
 * noun, and a row that is wrong there would otherwise be right by definition.
 */
const routesOf: Record<ManagementRole, string[]> = {
  viewer: [
    'GET /v1/me',
    'GET /v1/overview',
    'GET /v1/members',
    'GET /v1/dashboard-sessions',
    'GET /v1/dashboard-sessions/current',
    'DELETE /v1/dashboard-sessions',
    'DELETE /v1/dashboard-sessions/current',
    'DELETE /v1/dashboard-sessions/{id}',
    'GET /v1/usage',
    'GET /v1/usage/quotas',
    'GET /v1/usage/alerts',
    'GET /v1/runs',
    'GET /v1/access-log',
    'GET /v1/audit',
    'GET /v1/spikes',
    'GET /v1/workspaces',
    'GET /v1/workspaces/{id}',
    'GET /v1/workspaces/{id}/embed-tokens',
    'GET /v1/embed-tokens/{id}',
    'GET /v1/app-examples',
    'GET /v1/apps',
    'GET /v1/apps/{slug}',
    'GET /v1/apps/{slug}/uses',
    'GET /v1/apps/{slug}/versions',
    'GET /v1/apps/{slug}/versions/{version}',
    'GET /v1/surfaces',
    'GET /v1/surfaces/{id}',
    'GET /v1/surfaces/{id}/sightings',
  ],
  developer: [
    'POST /v1/workspaces',
    'PATCH /v1/workspaces/{id}',
    'DELETE /v1/workspaces/{id}',
    'POST /v1/workspaces/{id}/embed-tokens',
    'POST /v1/workspaces/{id}/embed-tokens/revoke-unused',
    'POST /v1/workspaces/{id}/embed-tokens/reviewed',
    'POST /v1/embed-tokens/{id}/rotate',
    'POST /v1/embed-tokens/{id}/url',
    'POST /v1/embed-tokens/{id}/test',
    'DELETE /v1/embed-tokens/{id}',
    'POST /v1/apps',
    'PATCH /v1/apps/{slug}',
    'POST /v1/apps/{slug}/publish',
    'POST /v1/apps/{slug}/preview-ticket',
    'POST /v1/apps/{slug}/roll-back',
    'DELETE /v1/apps/{slug}',
    'POST /v1/surfaces',
    'PATCH /v1/surfaces/{id}',
    'PUT /v1/surfaces/{id}/logos/{scheme}',
    'DELETE /v1/surfaces/{id}/logos/{scheme}',
    'POST /v1/surfaces/{id}/rotate-token',
    'POST /v1/surfaces/{id}/preview-ticket',
    'DELETE /v1/surfaces/{id}',
    'POST /v1/theme-suggestions',
    'POST /v1/theme-suggestions/refine',
  ],
  admin: [
    'GET /v1/owner-keys',
    'POST /v1/owner-keys',
    'POST /v1/owner-keys/{id}/rotate',
    'DELETE /v1/owner-keys/{id}',
    'POST /v1/owners',
    'POST /v1/members',
    'POST /v1/members/{id}/link',
    'PATCH /v1/members/{id}',
    'DELETE /v1/members/{id}',
    'GET /v1/api-keys',
    'GET /v1/api-keys/{id}',
    'POST /v1/api-keys',
    'PATCH /v1/api-keys/{id}',
    'DELETE /v1/api-keys/{id}',
    'GET /v1/provider-keys',
    'POST /v1/provider-keys',
    'PATCH /v1/provider-keys/{id}',
    'DELETE /v1/provider-keys/{id}',
    'POST /v1/provider-keys/{id}/test',
    'GET /v1/webhook-secret',
    'POST /v1/webhook-secret/rotate',
    'GET /v1/signing-keys',
    'POST /v1/signing-keys/rotate',
    'DELETE /v1/signing-keys/{id}',
    'POST /v1/installation/rotate-keys',
    'GET /v1/installation/wall',
  ],
};

describeAppOnce('every management route', (open) => {
  let provider: TestIdentityProvider;
  let scenario: Scenario;
  let routes: DescribedRoute[];
  let tokens: Record<ManagementRole, string>;

  beforeAll(async () => {
    provider = await startIdentityProvider();
    scenario = await open({ settings: provider.env });
    // The provider goes by the real time.
    scenario.clock.setNow(Date.now());
    routes = (await describedRoutes(scenario)).filter(({ scope }) => scope === 'owner');
    tokens = {
      viewer: await provider.token({ roles: 'viewer' }),
      developer: await provider.token({ roles: 'developer' }),
      admin: await provider.token({ roles: 'admin' }),
    };
  });
  afterAll(() => provider.close());

  const nameOf = ({ method, path }: DescribedRoute): string => `${method} ${path}`;

  /** Asks the route; where it takes a body it gets a broken one, which somebody without the role must never come to. */
  function ask({ method, path }: DescribedRoute, credential: string): Promise<Answer> {
    const takesBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
    return scenario.ask({
      method,
      url: path
        .replace('{id}', 'ws_none')
        .replace('{slug}', 'nobodys-app')
        .replace('{version}', '1')
        .replace('{scheme}', 'light'),
      headers: { authorization: `Bearer ${credential}` },
      ...(takesBody ? { text: '{"broken' } : {}),
    });
  }

  function neededBy(route: DescribedRoute): ManagementRole {
    const needed = managementRoles.find((role) => routesOf[role].includes(nameOf(route)));
    if (needed === undefined) throw new Error(`nobody has said who may use ${nameOf(route)}`);
    return needed;
  }

  it('is known here with the least role that it takes', () => {
    expect(routes.map(nameOf).toSorted()).toEqual(Object.values(routesOf).flat().toSorted());
  });

  it.each(managementRoles)('that takes no more than a %s lets one in', async (role) => {
    const within = routes.filter((route) => roleAllows(role, neededBy(route)));
    expect(within).not.toEqual([]);
    for (const route of within) {
      const answer = await ask(route, tokens[role]);
      expect([401, 403], `${nameOf(route)} ${answer.text}`).not.toContain(answer.status);
    }
  });

  it.each(['viewer', 'developer'] as const)(
    'that takes more than a %s refuses one, before it looks at the body',
    async (role) => {
      const beyond = routes.filter((route) => !roleAllows(role, neededBy(route)));
      expect(beyond).not.toEqual([]);
      const before = await scenario.rows();
      for (const route of beyond) {
        const answer = await ask(route, tokens[role]);
        expect(refusalOf(answer), nameOf(route)).toEqual({ status: 403, code: 'permission_denied' });
        await expectRefusalLine(scenario, answer, {
          status: 403,
          code: 'permission_denied',
          reason: `needs_role ${neededBy(route)}`,
          credentialId: subject,
        });
      }
      expect(await scenario.rows()).toBe(before);
    },
  );

  it('takes an owner key, which is an admin', async () => {
    for (const route of routes) {
      const answer = await ask(route, scenario.owner.key);
      expect([401, 403], `${nameOf(route)} ${answer.text}`).not.toContain(answer.status);
    }
  });
});
