import type { Ask, Scenario } from './scenario.ts';

/** A route as the server itself describes it in `/openapi.json`. */
export type DescribedRoute = {
  method: NonNullable<Ask['method']>;
  /** With `{id}` and `{slug}` where ids and slugs go. */
  path: string;
  scope: 'owner' | 'embed' | 'apiKey' | 'public';
  queryNames: string[];
  /** The kinds of credential that are its door, by the names of their security schemes. */
  takes: string[];
  /** Whether it may also be opened without any credential. */
  mayBeOpen: boolean;
};

type OpenApi = {
  paths: Record<
    string,
    Record<string, { security?: Record<string, unknown>[]; parameters?: { in: string; name: string }[] }>
  >;
};

const methods = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;

/** Every route that the server serves. What is tested over this list holds for routes that are yet to come. */
export async function describedRoutes(scenario: Scenario): Promise<DescribedRoute[]> {
  const { text } = await scenario.ask({ url: '/openapi.json' });
  const { paths } = JSON.parse(text) as OpenApi; // made by our own server
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(methods).flatMap(([word, method]): DescribedRoute[] => {
      const operation = operations[word];
      if (operation === undefined) return [];
      const [security = {}] = operation.security ?? [];
      const queryNames = (operation.parameters ?? []).filter(({ in: place }) => place === 'query');
      return [
        {
          method,
          path,
          scope: (['owner', 'embed', 'apiKey'] as const).find((scope) => scope in security) ?? 'public',
          queryNames: queryNames.map(({ name }) => name),
          takes: (operation.security ?? []).flatMap((scheme) => Object.keys(scheme)),
          mayBeOpen: (operation.security ?? []).some((scheme) => Object.keys(scheme).length === 0),
        },
      ];
    }),
  );
  if (routes.length === 0) throw new Error('The server describes no routes.');
  return routes;
}
