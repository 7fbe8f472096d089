import { describe, expect, it } from 'vitest';
import { curlOf, exampleOf, operationsByTag, typeWords, type Document } from './document.ts';

const document: Document = {
  info: { title: 'Test', version: '1' },
  paths: {
    '/v1/things': {
      get: { operationId: 'getThings', summary: 'Things, newest first', tags: ['Things'], security: [{ owner: [] }] },
      post: {
        operationId: 'postThings',
        summary: 'Make a thing',
        tags: ['Things'],
        security: [{ owner: [] }, { cookie: [] }],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['name', 'kinds'],
                properties: {
                  name: { type: 'string', minLength: 1, maxLength: 200 },
                  kinds: { type: 'array', items: { enum: ['a', 'b'] } },
                  note: { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
    '/v1/things/{id}': { delete: { operationId: 'deleteThing', summary: 'Delete', tags: ['Things'] } },
    '/healthz': { get: { summary: 'Is it up', tags: ['Health'] } },
  },
};

describe('the reference', () => {
  it('lists every operation under its tag', () => {
    const byTag = operationsByTag(document, '');
    expect([...byTag].map(([tag, operations]) => [tag, operations.map(({ id }) => id)])).toEqual([
      ['Things', ['getThings', 'postThings', 'deleteThing']],
      ['Health', ['get /healthz']],
    ]);
  });

  it('finds operations by all words of the search', () => {
    expect([...operationsByTag(document, 'POST things').values()].flat().map(({ id }) => id)).toEqual(['postThings']);
    expect(operationsByTag(document, 'nothing').size).toBe(0);
  });

  it('gives a call to copy, with the credential in its header and what is required in its body', () => {
    const [make] = [...operationsByTag(document, 'make').values()].flat();
    expect(make && curlOf(make, 'https://apps.example')).toBe(
      `curl -X POST "https://apps.example/v1/things" \\
  -H "authorization: Bearer $MICROAPP_OWNER_KEY" \\
  -H "content-type: application/json" \\
  -d '{
  "name": "…",
  "kinds": [
    "a"
  ]
}'`,
    );
  });

  it.each([
    [{ type: 'string', minLength: 1, maxLength: 200 }, 'string, 1 to 200 characters'],
    [{ type: 'integer', minimum: 0 }, 'integer, 0 or more'],
    [{ anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] }, 'string, date-time or null'],
    [{ type: 'array', items: { const: 'x' } }, 'list of "x"'],
    [{}, 'anything'],
  ])('says of %j: %s', (schema, words) => {
    expect(typeWords(schema)).toBe(words);
  });

  it('has an example for nothing that it does not know', () => {
    expect(exampleOf({ type: 'null' })).toBe('…');
  });
});
