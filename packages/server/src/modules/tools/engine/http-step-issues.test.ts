import type { HttpStep } from '@microapp/contract';
import { describe, expect, it } from 'vitest';
import { issuesOfHttpStep } from './http-step-issues.ts';

const step: HttpStep = { kind: 'http', name: 'call', url: 'https://api.example/v1' };

describe('an address', () => {
  it.each([
    'https://api.example',
    'http://api.example:8080/',
    'https://api.example/{{ inputs.id }}',
    'https://api.example?q={{ inputs.q }}',
    'https://api.example/a/{{ inputs.id }}.json?x={{ inputs.x }}&y=1',
    'https://[2606:4700::1111]:8443/x',
    'http://127.0.0.1:4402/quote',
    'https://bücher.example/%20',
    'https://api.example/v1/...',
    'https://api.example/~a/{{ inputs.id }}..',
  ])('%s may be called', (url) => {
    expect(issuesOfHttpStep({ ...step, url })).toEqual([]);
  });

  it.each([
    ['api.example/v1', 'must begin with'],
    ['ftp://api.example/', 'must begin with'],
    ['HTTPS://api.example/', 'must begin with'],
    ['file:///etc/passwd', 'must begin with'],
    ['//api.example/', 'must begin with'],
    [' https://api.example/', 'must begin with'],
    ['{{ inputs.url }}', 'must begin with'],
    ['{{ inputs.scheme }}://api.example/', 'must begin with'],
    ['https{{ inputs.s }}://api.example/', 'must begin with'],
    ['https://{{ inputs.host }}/', 'a slash between'],
    ['https://api.{{ inputs.host }}/', 'a slash between'],
    ['https://api.example{{ inputs.host }}', 'a slash between'],
    ['https://api.example:{{ inputs.port }}/', 'a slash between'],
    ['https://{{ inputs.user }}@api.example/', 'a slash between'],
    ['https:///v1', 'no host'],
    ['https://api.example:99999/', 'no host'],
    ['https://a b/', 'no host'],
    ['https://api%00.example/', 'no host'],
    ['https://user:word@api.example/', 'name or password'],
    ['https://user@api.example/', 'name or password'],
    ['https://api.example/a b', 'spaces'],
    ['https://api.example/a\tb', 'spaces'],
    ['https://api.example/{{ inputs.a }}\r\nx', 'spaces'],
    ['https://api.example\\@other.example/', 'backslashes'],
    ['https://api.example/a\\{{ inputs.a }}', 'backslashes'],
    ['https://api.example/#{{ inputs.a }}', 'fragment'],
    ['https://api.example/{{ inputs.a }}#a', 'fragment'],
    ['https://api.example/%2{{ inputs.a }}', 'hexadecimal'],
    ['https://api.example/100%', 'hexadecimal'],
    ['https://api.example/a/../b', '".."'],
    ['https://api.example/./{{ inputs.a }}', '".."'],
    ['https://api.example/%2E%2e/{{ inputs.a }}', '".."'],
  ])('%j is refused: %s', (url, words) => {
    expect(issuesOfHttpStep({ ...step, url })).toEqual([{ path: '.url', message: expect.stringContaining(words) }]);
  });
});

describe('a header', () => {
  it.each(['Authorization', 'x-api-key', 'Content-Type', 'user-agent', 'accept', 'cookie', 'x-webhook-id'])(
    '%s may be set',
    (name) => {
      expect(issuesOfHttpStep({ ...step, headers: { [name]: 'Bearer {{ inputs.a }} é' } })).toEqual([]);
    },
  );

  it.each([
    'Host',
    'content-length',
    'Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'transfer-encoding',
    'Upgrade',
    'Expect',
    'Accept-Encoding',
    'Proxy-Authorization',
    'proxy-connection',
    'Webhook-Signature',
    'webhook-id',
    'webhook-timestamp',
    'X-Microapp-Run-Id',
  ])('%s is the server’s own', (name) => {
    expect(issuesOfHttpStep({ ...step, headers: { [name]: 'x' } })).toEqual([
      { path: `.headers.${name}`, message: expect.stringContaining('leave it out') },
    ]);
  });

  it.each(['a\r\nx: y', 'a\nb', 'a\0b', 'ł', '{{ inputs.a }}\r'])('%j does not fit on its line', (text) => {
    expect(issuesOfHttpStep({ ...step, headers: { 'x-a': text } })).toEqual([
      { path: '.headers.x-a', message: expect.stringContaining('line breaks') },
    ]);
  });

  it('is there once, however it is spelled', () => {
    const issues = issuesOfHttpStep({ ...step, headers: { 'X-A': '1', 'x-a': '2' } });
    expect(issues.map(({ path }) => path)).toEqual(['.headers.X-A', '.headers.x-a']);
  });
});

it('a GET has no body, and every other method may', () => {
  expect(issuesOfHttpStep({ ...step, method: 'GET', body: {} })).toEqual([
    { path: '.body', message: expect.stringContaining('GET') },
  ]);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    expect(issuesOfHttpStep({ ...step, method, body: {} })).toEqual([]);
  }
  expect(issuesOfHttpStep({ ...step, body: {} })).toEqual([]);
});
