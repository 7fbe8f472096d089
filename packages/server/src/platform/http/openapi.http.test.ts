import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import buildSerializer from 'fast-json-stringify';
import { beforeAll, expect, it } from 'vitest';
import { describeAppOnce, expectStatus, type Scenario } from '../../testing/scenario.ts';

type Operation = {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  'x-error-codes'?: string[];
  responses: Record<string, { content?: Record<string, { schema?: { title?: string } }> }>;
};
type Document = {
  openapi: string;
  components: { securitySchemes: Record<string, unknown> };
  paths: Record<string, Record<string, Operation>>;
};

describeAppOnce('/openapi.json', (open) => {
  let scenario: Scenario;
  let text: string;
  let document: Document;
  let operations: [name: string, operation: Operation][];
  beforeAll(async () => {
    scenario = await open();
    ({ text } = await expectStatus(scenario.ask({ url: '/openapi.json' }), 200));
    document = JSON.parse(text) as Document; // made by our own server
    operations = Object.entries(document.paths).flatMap(([path, byMethod]) =>
      Object.entries(byMethod).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
    );
    if (operations.length < 60) throw new Error('The server describes fewer operations than there are.');
  });

  it('is valid OpenAPI 3.1 by a validator that is not ours (R39)', async () => {
    expect(document.openapi).toBe('3.1.0');
    const config = await createConfig({
      rules: {
        struct: 'error',
        'no-unresolved-refs': 'error',
        'path-parameters-defined': 'error',
        'path-declaration-must-exist': 'error',
        'no-identical-paths': 'error',
        'operation-operationId': 'error',
        'operation-operationId-unique': 'error',
        'operation-parameters-unique': 'error',
        'security-defined': 'error',
      },
    });
    const lint = (source: string) => lintFromString({ source, absoluteRef: 'openapi.json', config });
    const problems = await lint(text);
    expect(problems.map(({ message, location }) => `${message} ${location[0]?.pointer}`)).toEqual([]);
    // It does find what is wrong.
    const [first = ''] = Object.keys(document.paths);
    const broken = { ...document, paths: { ...document.paths, [first]: { get: { responses: 'none' } } } };
    expect(await lint(JSON.stringify(broken))).not.toEqual([]);
  });

  it('has no schema that would turn out to be none when it is first needed', () => {
    type Described = { schema?: object; content?: Record<string, { schema?: object }> };
    const schemas = operations.flatMap(([name, operation]) => {
      const {
        requestBody,
        parameters = [],
        responses,
      } = operation as {
        requestBody?: Described;
        parameters?: Described[];
        responses: Record<string, Described>;
      };
      return [requestBody ?? {}, ...parameters, ...Object.values(responses)]
        .flatMap(({ schema, content = {} }) => [schema, ...Object.values(content).map((body) => body.schema)])
        .filter((schema) => schema !== undefined)
        .map((schema) => ({ name, schema }));
    });
    expect(schemas.length).toBeGreaterThan(300);
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv);
    const { components } = document;
    const broken = schemas.filter(({ schema }) => !compiles(ajv, { ...schema, components }));
    expect(broken).toEqual([]);
    expect(compiles(ajv, { type: 'no such type' })).toBe(false);
  });

  it('names every operation once, by its method and path, so that the name stays', () => {
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(ids.filter((id) => !/^(get|post|put|patch|delete)[A-Z][0-9A-Za-z]+$/.test(id ?? ''))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const byName = Object.fromEntries(operations.map(([name, { operationId }]) => [name, operationId]));
    expect(byName).toMatchObject({
      'get /v1/workspaces/{id}/embed-tokens': 'getWorkspacesByIdEmbedTokens',
      'post /v1/dashboard-sessions': 'postDashboardSessions',
      'delete /v1/dashboard-sessions/current': 'deleteDashboardSessionsCurrent',
      'post /api/tools/{slug}/run': 'postApiToolsBySlugRun',
      'get /embed.js': 'getEmbedJs',
      'get /v1/embed.js': 'getV1EmbedJs',
    });
  });

  it('says of every operation what it does, who may, and each way in which it refuses', () => {
    const { securitySchemes } = document.components;
    const wrong = operations.flatMap(([name, operation]) => {
      const schemes = (operation.security ?? []).flatMap((way) => Object.keys(way));
      const failures = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
      return [
        ...((operation.summary ?? '') === '' || operation.tags?.length !== 1 ? [`${name} is not described`] : []),
        ...schemes.filter((scheme) => !Object.hasOwn(securitySchemes, scheme)).map((scheme) => `${name}: ${scheme}`),
        ...((operation['x-error-codes'] ?? []).length === 0 || failures.length === 0 ? [`${name} never refuses`] : []),
        ...failures
          .filter(([, { content }]) => content?.['application/json']?.schema?.title !== 'Error')
          .map(([status]) => `${name} ${status} is no error`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('offers the dashboard’s cookie for management and for nothing else', () => {
    expect(document.components.securitySchemes['session']).toMatchObject({
      type: 'apiKey',
      in: 'cookie',
      name: '__Host-microapp_session',
    });
    for (const [name, { security = [] }] of operations) {
      const schemes = security.flatMap((way) => Object.keys(way));
      expect(schemes.includes('session'), name).toBe(schemes.includes('owner'));
    }
  });
});

function compiles(ajv: Ajv, schema: object): boolean {
  try {
    ajv.compile(schema);
    buildSerializer(schema);
    return true;
  } catch {
    return false;
  }
}
