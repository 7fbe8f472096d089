import type { ToolSpec } from '@microapp/contract';
import { expect, it } from 'vitest';
import { draftOf, newStep, problemsOfIssues, specOf } from './draft.ts';

const spec: ToolSpec = {
  inputs: { type: 'object', properties: { city: { type: 'string' } } },
  steps: [
    { kind: 'transform', name: 'sum', expression: '1 + 1' },
    { kind: 'function', name: 'stats', code: 'export default () => 1' },
    {
      kind: 'http',
      name: 'rates',
      method: 'POST',
      url: 'https://api.example.com/rates',
      headers: { accept: 'application/json', 'x-time': '12:30: {{ now }}' },
      body: { to: '{{ inputs.city }}' },
      timeoutMs: 5000,
    },
    {
      kind: 'llm',
      name: 'text',
      provider: 'openai',
      model: 'small',
      system: 'Be brief.',
      prompt: 'About {{ inputs.city }}',
      schema: { type: 'object', properties: {} },
      temperature: 0,
      maxOutputTokens: 200,
      timeoutMs: 1000,
    },
    { kind: 'llm', name: 'more', prompt: 'And?' },
    { kind: 'http', name: 'plain', url: 'https://api.example.com/' },
  ],
  output: { step: 'text' },
};

it('a spec with every kind of step comes back as it was', () => {
  expect(specOf(draftOf(spec))).toEqual({ spec, issues: [] });
});

/** Hand-made: nothing in them is as this editor would write it, and some of it no server of ours takes. */
const odd = {
  inputs: {
    properties: {
      'first-name': { title: 'First name', type: 'string', 'x-hint': 'as in the passport', contentEncoding: 'base64' },
      toString: { type: 'string', maxLength: 1e2 },
    },
    'x-order': ['toString'],
    required: ['toString', 'first-name'],
    type: 'object',
  },
  steps: [
    { name: 'sum', expression: '', kind: 'transform', note: 'by hand' },
    { name: 'stats', kind: 'function', code: '\n', note: { by: 'hand' } },
    {
      url: ' https://api.example.com/ ',
      kind: 'http',
      name: 'rates',
      headers: { a: '', b: ' spaced ', c: 'two\nlines', d: 'x: y' },
      body: null,
      timeoutMs: 1e3,
      retries: 3,
    },
    { kind: 'http', name: 'bare', url: '', headers: {}, method: '' },
    {
      kind: 'llm',
      name: 'text',
      model: ' small ',
      system: '',
      prompt: '',
      schema: { $ref: '#', properties: { b: {}, a: {} } },
      temperature: 0.1,
      stop: ['\n'],
    },
  ],
  output: { step: 'sum' },
} as unknown as ToolSpec; // what it is not

it('an untouched spec is written as it was, to the order of its keywords, whatever is in it', () => {
  const { spec: written, issues } = specOf(draftOf(odd));
  expect(issues).toEqual([]);
  expect(JSON.stringify(written)).toBe(JSON.stringify(odd));
});

it.each([
  ['a transform', 0, { text: '1' }, { expression: '1' }],
  ['a function', 1, { text: 'export default () => 1' }, { code: 'export default () => 1' }],
  ['an HTTP request', 2, { timeoutMs: '50' }, { timeoutMs: 50 }],
  [
    'an HTTP request without a method',
    3,
    { headers: 'a: 1', url: 'https://b.example/' },
    { headers: { a: '1' }, url: 'https://b.example/' },
  ],
  ['a model', 4, { temperature: '' }, { temperature: undefined }],
  ['a name', 4, { name: 'words' }, { name: 'words' }],
])('a change of %s changes what was changed, and nothing beside it', (_, index, typed, changed) => {
  const draft = draftOf(odd);
  const steps = draft.steps.map((step, at) => (at === index ? { ...step, ...typed } : step));
  const { spec: written, issues } = specOf({ ...draft, steps });
  expect(issues).toEqual([]);
  const expected = odd.steps.map((step, at) => (at === index ? { ...step, ...changed } : step));
  expect(written).toEqual(JSON.parse(JSON.stringify({ ...odd, steps: expected })));
});

it('a change of one field keeps what fields do not show, and a step of another kind keeps nothing of the one before', () => {
  const draft = draftOf(odd);
  if (draft.inputs.view !== 'fields') throw new Error('The form can be shown as fields.');
  const fields = draft.inputs.form.fields.map((field) => ({ ...field, isRequired: field.key === 'toString' }));
  const inputs = { ...draft.inputs, form: { ...draft.inputs.form, fields } };
  const [first, ...others] = draft.steps;
  const steps = first === undefined ? [] : [{ ...first, kind: 'function' as const }, ...others];
  expect(specOf({ ...draft, inputs, steps }).spec).toMatchObject({
    inputs: { ...odd.inputs, required: ['toString'] },
    steps: [{ kind: 'function', name: 'sum', code: '' }, ...odd.steps.slice(1)],
  });
  expect(specOf({ ...draft, steps }).spec).not.toHaveProperty('steps[0].note');
});

it('a schema that fields cannot show stays as it is', () => {
  const odd: ToolSpec = { ...spec, inputs: { type: 'object', properties: { home: { $ref: '#/$defs/home' } } } };
  const draft = draftOf(odd);
  expect(draft.inputs.view).toBe('json');
  expect(specOf(draft)).toEqual({ spec: odd, issues: [] });
});

it('what is no JSON, no number and no header is found before the server is asked, with its place', () => {
  const { issues } = specOf({
    inputs: { view: 'json', text: '{' },
    steps: [
      newStep('http', { headers: 'accept', body: '{', timeoutMs: 'soon' }),
      newStep('llm', { schema: 'none', temperature: 'warm' }),
      newStep('http', { headers: 'a: 1\na: 2' }),
    ],
    output: '',
  });
  expect(issues.map(({ path }) => path)).toEqual([
    'spec.inputs',
    'spec.steps[0].headers',
    'spec.steps[0].body',
    'spec.steps[0].timeoutMs',
    'spec.steps[1].schema',
    'spec.steps[1].temperature',
    'spec.steps[2].headers',
  ]);
});

it('what the server finds stands at the field that it is about, also after the steps were moved', () => {
  const list = { type: 'array', items: { type: 'number' } };
  const home = { type: 'object', properties: { 'a.b': list } };
  const draft = draftOf({ ...spec, inputs: { type: 'object', properties: { city: { type: 'string' }, home } } });
  if (draft.inputs.view !== 'fields') throw new Error('The form can be shown as fields.');
  const [city, group] = draft.inputs.form.fields;
  const [inner] = group?.fields ?? [];
  const [sum, stats, rates] = draft.steps.map(({ id }) => id);
  const problems = problemsOfIssues(
    [
      { path: 'spec.steps[0].expression', message: 'ends too early' },
      { path: 'spec.steps[1].code', message: 'does not parse' },
      { path: 'spec.steps[2].headers.host', message: 'is set by the server' },
      { path: 'spec.steps[2].url', message: 'is no address' },
      { path: 'spec.steps[2]', message: 'is odd' },
      { path: 'spec.inputs', message: 'is odd' },
      { path: 'spec.inputs.properties.city.type', message: 'must be a type' },
      { path: 'spec.inputs.properties.home.properties.a.b.items.minimum', message: 'must be a number' },
      { path: 'spec.output.step', message: 'no step has this name' },
      { path: 'spec', message: 'is too large' },
    ],
    draft,
  );
  expect(problems).toEqual({
    steps: {
      [sum ?? '']: { text: 'ends too early' },
      [stats ?? '']: { text: 'does not parse' },
      [rates ?? '']: { headers: 'is set by the server', url: 'is no address', '': 'is odd' },
    },
    inputs: ['is odd'],
    fields: { [city?.id ?? '']: 'type must be a type', [inner?.entry?.id ?? '']: 'minimum must be a number' },
    output: ['no step has this name'],
    rest: [{ path: 'spec', message: 'is too large' }],
  });
});
