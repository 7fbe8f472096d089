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
  const draft = draftOf(spec);
  const [sum, stats, rates] = draft.steps.map(({ id }) => id);
  const problems = problemsOfIssues(
    [
      { path: 'spec.steps[0].expression', message: 'ends too early' },
      { path: 'spec.steps[1].code', message: 'does not parse' },
      { path: 'spec.steps[2].headers.host', message: 'is set by the server' },
      { path: 'spec.steps[2].url', message: 'is no address' },
      { path: 'spec.steps[2]', message: 'is odd' },
      { path: 'spec.inputs.properties.city.type', message: 'must be a type' },
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
    inputs: ['properties.city.type must be a type'],
    output: ['no step has this name'],
    rest: [{ path: 'spec', message: 'is too large' }],
  });
});
