import type { FastifyInstance } from 'fastify';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { Check } from 'typebox/value';
import type { Secret } from '../../platform/secret.ts';
import { RatesRequest, ratesFor } from './shipping-rates.ts';

export const quotePath = '/quote';
const bodyBytesMax = 1024;

/**
 * The endpoint that the example `shipping-quote` calls, as an owner would write it: nothing is answered until the
 * signature is good, and it is checked over the body as it came. `secretOf` answers what calls are signed with now.
 */
export function addQuoteRoute(site: FastifyInstance, secretOf: () => Promise<Secret>): void {
  void site.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: bodyBytesMax }, (_, body, done) =>
      done(null, body),
    );
    scope.post(quotePath, async (request, reply) => {
      const body = typeof request.body === 'string' ? request.body : '';
      if (!isSigned(await secretOf(), body, request.headers))
        return reply.code(401).send({ error: 'Not signed by us.' });
      const asked = parsed(body);
      const rates = Check(RatesRequest, asked) ? ratesFor(asked) : undefined;
      return rates ?? reply.code(422).send({ error: 'There are no rates for this parcel.' });
    });
  });
}

function isSigned(secret: Secret, body: string, headers: object): boolean {
  try {
    // Only strings count; whatever else there is fails the check.
    new Webhook(secret.reveal()).verify(body, headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
