import type { LoadRequest } from './load.ts';

/** What the requests of the bench need, made over HTTP as an owner makes it. */
export type Installation = {
  url: string;
  workspaceId: string;
  embedToken: string;
  surfaceId: string;
  clientToken: string;
};

/** A page that may embed. */
export const pageOrigin = 'https://shop.example';
export const functionTool = 'bench-function';

const apps = ['loan-calculator', functionTool];
const permissions = ['tool:run'];

/** Makes a workspace, a tool with a function step, an embed token and a surface. Throws at any refusal. */
export async function prepareInstallation(url: string, ownerKey: string): Promise<Installation> {
  const create = (path: string, body?: unknown): Promise<unknown> =>
    ask(url, { method: 'POST', path, headers: { authorization: `Bearer ${ownerKey}` }, body });

  await create('/v1/apps', {
    slug: functionTool,
    kind: 'tool',
    name: 'Sum',
    spec: {
      inputs: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
      steps: [{ kind: 'function', name: 'sum', code: 'export default ({ inputs }) => inputs.a + inputs.b;' }],
    },
  });
  await create(`/v1/apps/${functionTool}/publish`);
  const workspace = await create('/v1/workspaces', { name: 'Bench', portalEnabled: true, features: permissions });
  const workspaceId = textOf(workspace, 'id');
  const embedToken = await create(`/v1/workspaces/${workspaceId}/embed-tokens`, { apps, permissions });
  const surface = await create('/v1/surfaces', {
    workspaceId,
    name: 'Bench',
    environment: 'production',
    apps,
    permissions,
    allowedOrigins: [pageOrigin],
    limits: { mintsPerMinute: 100_000 },
  });
  return {
    url,
    workspaceId,
    embedToken: textOf(embedToken, 'token'),
    surfaceId: textOf(surface, 'id'),
    clientToken: textOf(surface, 'clientToken'),
  };
}

/** Sends one request and answers its JSON. Throws what the server said when that is not a 2xx. */
export async function ask(url: string, { method, path, headers, body }: LoadRequest): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** A text field of a JSON object. */
export function textOf(json: unknown, field: string): string {
  const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, field) : undefined;
  if (typeof value !== 'string') throw new Error(`An answer has no text "${field}".`);
  return value;
}
