import { expect, it } from 'vitest';
import { parseTemplate, templatesOf } from './template.ts';

it.each([
  ['', [''], []],
  ['plain', ['plain'], []],
  ['Dear {{ inputs.name }}!', ['Dear ', '!'], ['inputs.name']],
  ['{{a}}{{b}}', ['', '', ''], ['a', 'b']],
  ['{{ {"a": {"b": 1} } }}', ['', ''], ['{"a": {"b": 1} }']],
  ['{{ {"a": {"b": 1}} }}', ['', ' }}'], ['{"a": {"b": 1']],
  ['{{ a }} and {{ never closed', ['', ' and {{ never closed'], ['a']],
  ['}} {{', ['}} {{'], []],
  ['{ {a} }', ['{ {a} }'], []],
  ['{{}}', ['', ''], ['']],
  ['{{{a}}}', ['', '}'], ['{a']],
  ['a {{ b\n + c }}', ['a ', ''], ['b\n + c']],
])('%j is the texts %j around the expressions %j', (text, texts, expressions) => {
  expect(parseTemplate(text)).toEqual({ texts, expressions });
});

it('of an http step, the templates are in its address, its headers and every string of its body', () => {
  const step = {
    kind: 'http' as const,
    name: 'call',
    url: 'https://a.example/{{ url }}',
    headers: { 'x-a': '{{ header }}', 'x-b': 'none' },
    body: { '{{ key }}': ['{{ first }} {{ second }}', { deep: '{{ deep }}' }, 1, null, true] },
  };
  expect(templatesOf(step).filter(({ expressions }) => expressions.length > 0)).toEqual([
    { path: 'url', expressions: ['url'] },
    { path: 'headers.x-a', expressions: ['header'] },
    { path: 'body.{{ key }}[0]', expressions: ['first', 'second'] },
    { path: 'body.{{ key }}[1].deep', expressions: ['deep'] },
  ]);
});

it('of a model step, the templates are in its instructions and its prompt', () => {
  const step = { kind: 'llm' as const, name: 'ask', system: '{{ system }}', prompt: '{{ prompt }}' };
  expect(templatesOf(step)).toEqual([
    { path: 'system', expressions: ['system'] },
    { path: 'prompt', expressions: ['prompt'] },
  ]);
  expect(templatesOf({ kind: 'llm', name: 'ask', prompt: 'x' })).toEqual([{ path: 'prompt', expressions: [] }]);
});
