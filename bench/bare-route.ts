// The yardstick: what the framework answers when nobody asks who is calling. A process of its own, as the server is.

import Fastify from 'fastify';

const answer = {
  type: 'object',
  properties: { slug: { type: 'string' }, status: { type: 'string' }, total: { type: 'number' } },
} as const;
const body = {
  type: 'object',
  required: ['inputs'],
  properties: {
    inputs: {
      type: 'object',
      required: ['principal', 'years'],
      properties: { principal: { type: 'number' }, years: { type: 'integer' } },
    },
  },
} as const;

type Posted = { Params: { slug: string }; Body: { inputs: { principal: number; years: number } } };

const server = Fastify();

server.get<Pick<Posted, 'Params'>>('/bare/:slug', { schema: { response: { 200: answer } } }, async ({ params }) => ({
  slug: params.slug,
  status: 'ok',
  total: 0,
}));

server.post<Posted>(
  '/bare/:slug',
  { schema: { body, response: { 200: answer } } },
  async ({ params, body: { inputs } }) => ({
    slug: params.slug,
    status: 'ok',
    total: inputs.principal * inputs.years,
  }),
);

process.once('SIGTERM', () => process.exit(0));
const address = await server.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`  Address    ${address}\n`);
