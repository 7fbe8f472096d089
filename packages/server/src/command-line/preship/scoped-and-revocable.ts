import { expectAnswer, type Answer } from '../api.ts';
import type { Point } from './point.ts';
import type { Stage } from './stage.ts';
import { askForTicket, run, visit, visitByToken, whoAmI } from './visitor.ts';

export const scopedAndRevocable: Point = {
  title: 'Keys are for one workspace, and revoked on the next request',
  remedy: 'Something between the caller and the server answers from memory: no cache or proxy may keep /v1 and /api.',
  async check(stage) {
    const problems = [...(await scope(stage)), ...(await tokenRevocation(stage)), ...(await surfaceRotation(stage))];
    return {
      seen: 'Tokens are refused on another app; revoked and rotated ones, and their sessions, on the very next request.',
      problems,
    };
  },
};

async function scope({ api, a, b }: Stage): Promise<string[]> {
  const own = await run(api, a.slug, a.token.value);
  const foreign = await run(api, b.slug, a.token.value);
  const session = await visitByToken(api, a.token.value);
  const headers = { authorization: `Bearer ${session.session}` };
  const foreignBySession = await api.ask({ path: `/api/tools/${b.slug}/schema`, headers });
  return [
    ...unless(own.status === 200, `A good token gets ${own.status} from its own tool.`),
    ...unlessRefused(foreign, 'A token runs a tool that it is not for'),
    ...unlessRefused(foreignBySession, 'A session reads a tool that it is not for'),
  ];
}

async function tokenRevocation({ api, a, anotherToken }: Stage): Promise<string[]> {
  const token = await anotherToken();
  const { session } = await visitByToken(api, token.value);
  // Used before, so that whatever remembers answers has one to remember.
  expectAnswer(await run(api, a.slug, token.value), 200);
  expectAnswer(await whoAmI(api, session), 200);
  expectAnswer(await api.manage({ method: 'DELETE', path: `/v1/embed-tokens/${token.id}` }), 204);
  return [
    ...unlessRefused(await run(api, a.slug, token.value), 'A revoked embed token still runs its tool'),
    ...unlessRefused(await whoAmI(api, session), 'A session outlives its revoked embed token'),
  ];
}

async function surfaceRotation({ api, anotherSurface }: Stage): Promise<string[]> {
  const surface = await anotherSurface();
  const { session } = await visit(api, surface);
  expectAnswer(await whoAmI(api, session), 200);
  expectAnswer(await api.manage({ method: 'POST', path: `/v1/surfaces/${surface.id}/rotate-token` }), 200);
  return [
    ...unlessRefused(await askForTicket(api, surface), 'A rotated client token still gets a ticket'),
    ...unlessRefused(await whoAmI(api, session), 'A session outlives its rotated client token'),
  ];
}

function unless(holds: boolean, problem: string): string[] {
  return holds ? [] : [problem];
}

function unlessRefused({ status }: Answer, problem: string): string[] {
  return unless(status === 401 || status === 403, `${problem} (${status}).`);
}
