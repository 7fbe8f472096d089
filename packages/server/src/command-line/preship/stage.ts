import { randomBase62, type Random } from '../../platform/random.ts';
import { expectAnswer, requireText, type Answer, type Api } from '../api.ts';

/** The page that pretends to embed. The name is reserved: nobody has it. */
export const hostOrigin = 'https://preship.example';
export const foreignOrigin = 'https://elsewhere.example';

/** Sessions per minute on the surface that exists to be exhausted. */
export const mintsPerMinute = 3;

const permission = 'tool:run';

/** One customer of the two: a wall of its own, a tool, a token and a surface. */
export type Tenant = {
  workspaceId: string;
  slug: string;
  token: { id: string; value: string };
  surface: Surface;
};
export type Surface = { id: string; clientToken: string };

/** What the check has made for itself, through the management API, and takes away again. */
export type Stage = {
  api: Api;
  a: Tenant;
  b: Tenant;
  /** A surface of A that may mint `mintsPerMinute` sessions. */
  limited: Surface;
  /** Another embed token of A, to be revoked. */
  anotherToken: () => Promise<Tenant['token']>;
  anotherSurface: () => Promise<Surface>;
};

/** Makes the stage, plays on it, and takes away all that was made, also when either fails. Answers what was left behind. */
export async function onStage<T>(
  { api, random }: { api: Api; random: Random },
  play: (stage: Stage) => Promise<T>,
): Promise<{ result: T; leftBehind: string[] }> {
  const made: string[] = [];
  const failures: string[] = [];
  let result: T;
  try {
    result = await play(await build(api, random, made));
  } finally {
    for (const path of made.toReversed()) {
      const isGone = await api.cleanUp({ method: 'DELETE', path }).then(
        ({ status }) => status === 204 || status === 404,
        () => false,
      );
      if (!isGone) failures.push(path);
    }
  }
  return { result, leftBehind: failures };
}

/** `made` grows with every object, so that a failure half-way leaves nothing either. */
async function build(api: Api, random: Random, made: string[]): Promise<Stage> {
  const name = `preship-${randomBase62(random, 8).toLowerCase()}`;

  async function create(path: string, body: object, home: (answer: Answer) => string): Promise<Answer> {
    const answer = expectAnswer(await api.manage({ method: 'POST', path, body }), 201);
    made.push(home(answer));
    return answer;
  }

  async function token(workspaceId: string, slug: string): Promise<Tenant['token']> {
    const fields = { label: name, apps: [slug], permissions: [permission], allowedOrigins: [hostOrigin] };
    const path = `/v1/workspaces/${workspaceId}/embed-tokens`;
    const answer = await create(path, fields, (token) => `/v1/embed-tokens/${requireText(token, 'id')}`);
    return { id: requireText(answer, 'id'), value: requireText(answer, 'token') };
  }

  async function surface(workspaceId: string, slug: string, limits: object = {}): Promise<Surface> {
    const fields = {
      workspaceId,
      name,
      environment: 'production',
      apps: [slug],
      permissions: [permission],
      allowedOrigins: [hostOrigin],
      limits,
    };
    const answer = await create('/v1/surfaces', fields, (made) => `/v1/surfaces/${requireText(made, 'id')}`);
    return { id: requireText(answer, 'id'), clientToken: requireText(answer, 'clientToken') };
  }

  async function tenant(letter: string): Promise<Tenant> {
    const slug = `${name}-${letter}`;
    const spec = {
      inputs: { type: 'object', additionalProperties: true },
      steps: [{ kind: 'transform', name: 'echo', expression: '"done"' }],
    };
    await create('/v1/apps', { slug, kind: 'tool', name: slug, spec }, () => `/v1/apps/${slug}`);
    expectAnswer(await api.manage({ method: 'POST', path: `/v1/apps/${slug}/publish` }), 200);
    const fields = { name: slug, portalEnabled: true, features: [permission] };
    const workspace = await create('/v1/workspaces', fields, (made) => `/v1/workspaces/${requireText(made, 'id')}`);
    const workspaceId = requireText(workspace, 'id');
    return { workspaceId, slug, token: await token(workspaceId, slug), surface: await surface(workspaceId, slug) };
  }

  const a = await tenant('a');
  const b = await tenant('b');
  return {
    api,
    a,
    b,
    limited: await surface(a.workspaceId, a.slug, { mintsPerMinute }),
    anotherToken: () => token(a.workspaceId, a.slug),
    anotherSurface: () => surface(a.workspaceId, a.slug),
  };
}
