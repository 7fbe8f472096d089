import { AppExample, RunRequest, RunResult, Slug, ToolSchema } from '@microapp/contract';
import Type from 'typebox';
import { AppError } from '../../platform/app-error.ts';
import { RawJson } from '../../platform/json/index.ts';
import {
  defineRoute,
  type EmbedPrincipal,
  type IdempotencyKeys,
  type RequestFacts,
  type Route,
} from '../../platform/http/index.ts';
import { checkMay } from '../access/index.ts';
import { templates } from './examples/example-tools.ts';
import { runOnce } from './idempotent-run.ts';
import { runTool, type RunDeps } from './run.ts';

const tag = 'Tools';
const bySlug = Type.Object({ slug: Slug });
const embedMode = Type.Object({ embed: Type.Optional(Type.Literal('1')) }, { additionalProperties: true });
const runBytesMax = 2 * 1024 * 1024;

export function toolRoutes(deps: RunDeps & { idempotencyKeys: IdempotencyKeys }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/app-examples',
      scope: 'owner',
      tag: 'Apps',
      summary: 'Apps to begin from: one for each kind of step',
      response: Type.Object({ data: Type.Array(AppExample) }),
      longOperation: () => Promise.resolve({ data: [...templates] }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/tools/:slug/schema',
      scope: 'embed',
      takesApiKey: true,
      openBy: 'slug',
      tag,
      summary: 'What a tool takes, as JSON Schema and as form fields',
      params: bySlug,
      query: embedMode,
      response: ToolSchema,
      errors: ['not_found'],
      cors: true,
      accessLogged: true,
      authorize: mayRun,
      async longOperation({ principal, params }) {
        const { schema } = await deps.liveTools.read(principal, params.slug);
        return schema;
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/tools/:slug/run',
      scope: 'embed',
      takesApiKey: true,
      openBy: 'slug',
      tag,
      summary: 'Run a tool',
      status: 200,
      answers: 'events',
      events: { told: ['step_start', 'text_delta', 'step_complete'], last: 'run_complete' },
      params: bySlug,
      query: embedMode,
      body: RunRequest,
      textMembers: ['inputs'],
      bodyBytesMax: runBytesMax,
      response: RunResult,
      errors: [
        'not_found',
        'rate_limited',
        'byok_required',
        'quota_exceeded',
        'tool_error',
        'llm_error',
        'timeout',
        'canceled',
        'unavailable',
      ],
      cors: true,
      accessLogged: true,
      idempotency: 'operation',
      authorize: mayRun,
      async longOperation({ principal, params, body, request, signal, report, setHeaders }) {
        if (body.workspaceId !== undefined && body.workspaceId !== principal.workspaceId) {
          throw new AppError('permission_denied', { reason: 'workspace_assertion_failed' });
        }
        const run = { slug: params.slug, inputs: body.inputs, requestId: request.id, address: request.address };
        // An object ends where its last brace closes, so no two requests are one text.
        const keyed = { slug: params.slug, bodyText: `${body.inputs}${body.workspaceId ?? ''}`, request };
        const answer = await runOnce(deps, principal, keyed, setHeaders, () =>
          runTool(deps, principal, run, { signal, report, setHeaders }),
        );
        return { ...answer, output: new RawJson(answer.output) };
      },
    }),
  ];
}

function mayRun(
  principal: EmbedPrincipal,
  params: Readonly<Record<string, string | undefined>>,
  request: RequestFacts,
): void {
  const app = params['slug'] ?? '';
  // Before the check: a token that is tried on another app is what its owner wants to read about.
  request.attribute({ app });
  checkMay(principal, { app, permission: 'tool:run' });
}
