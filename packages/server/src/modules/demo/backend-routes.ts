import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Check } from 'typebox/value';
import { askForTicket, runTool, type Backend } from '../../../demo/backend.ts';
import type { Furniture } from './furnish.ts';

const bodyBytesMax = 16_384;
const unavailable = { error: 'The calculator is not available right now. Try again in a minute.' };

/** The parts of the session endpoint's answer that a page needs. */
const Ticket = Type.Object({ ticket: Type.String(), frameUrl: Type.String(), expiresIn: Type.Number() });
const RunRequest = Type.Object({ inputs: Type.Record(Type.String(), Type.Unknown()) }, { additionalProperties: false });
/** What a page may read of a run; whatever else the answer has stays here. */
const RunAnswer = Type.Object({ output: Type.Unknown() });
const Refusal = Type.Object({ error: Type.String(), hint: Type.Optional(Type.String()) });

/**
 * What the site's server does for its own pages. A real one knows its visitors and says here who may; this one has none, and
 * answers to its own pages alone: a browser says where a request is from, and no script can make it say otherwise.
 */
export function addBackendRoutes(site: FastifyInstance, furniture: Furniture, backend: Omit<Backend, 'token'>): void {
  const { embedToken, serverToken, copiedUrl, toolSlug } = furniture;
  const asServer = (): Backend => ({ ...backend, token: serverToken.reveal() });
  void site.register(async (scope) => {
    scope.addHook('onRequest', refuseOtherPages);
    scope.get('/embed-token', async () => ({ mtok: embedToken.reveal(), toolSlug }));
    scope.post('/copied-url', async () => ({ url: copiedUrl.reveal() }));

    scope.post('/api/ticket', async (_request, reply) => {
      const answer = await bodyOf(askForTicket(asServer(), toolSlug));
      if (answer?.status !== 201 || !Check(Ticket, answer.body)) return reply.code(502).send(unavailable);
      const { ticket, frameUrl, expiresIn } = answer.body;
      return { ticket, frameUrl, expiresIn };
    });

    scope.post<{ Params: { slug: string } }>(
      '/api/tools/:slug/run',
      { bodyLimit: bodyBytesMax },
      async ({ params, body }, reply) => {
        // Not whatever the token can do: what this site offers.
        if (params.slug !== toolSlug) return reply.code(404).send({ error: 'There is no such tool here.' });
        if (!Check(RunRequest, body)) return reply.code(400).send({ error: 'Send an object with "inputs".' });
        const answer = await bodyOf(runTool(asServer(), toolSlug, body.inputs));
        if (answer?.status === 200 && Check(RunAnswer, answer.body)) return { output: answer.body.output };
        if (answer === undefined || !isOurVisitorsFault(answer.status) || !Check(Refusal, answer.body)) {
          return reply.code(502).send(unavailable);
        }
        const { error, hint } = answer.body;
        return reply.code(answer.status).send({ error, hint });
      },
    );
  });
}

async function refuseOtherPages(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (request.headers['sec-fetch-site'] === 'same-origin') return undefined;
  return reply.code(403).send({ error: 'Not from here.' });
}

/** Bad input and too much of it are told; that our own token was refused is no visitor's business. */
function isOurVisitorsFault(status: number): boolean {
  return status === 400 || status === 429;
}

/** Undefined when there was no answer, or none in JSON. */
async function bodyOf(asking: Promise<Response>): Promise<{ status: number; body: unknown } | undefined> {
  try {
    const answer = await asking;
    return { status: answer.status, body: await answer.json() };
  } catch {
    return undefined;
  }
}
