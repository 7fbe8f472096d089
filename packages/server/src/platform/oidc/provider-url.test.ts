import { expect, it } from 'vitest';
import { parseProviderUrl } from './provider-url.ts';

it.each([
  'https://login.example.com',
  'https://login.example.com/',
  'https://login.example.com:8443/realms/us',
  'http://localhost:8080/realms/us',
  'http://127.0.0.1:8080',
  'http://127.9.9.9',
  'http://[::1]:8080',
])('%s may be an identity provider', (text) => {
  expect(parseProviderUrl(text)?.href).toContain(text);
});

it.each([
  '',
  'login.example.com',
  'http://login.example.com',
  'http://10.0.0.1',
  'http://0.0.0.0',
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
  'http://[::2]',
  'ftp://localhost',
  'javascript:alert(1)',
  'https://user@login.example.com',
  'https://:word@login.example.com',
  'https://login.example.com/?tenant=us',
  'https://login.example.com/#us',
])('%j may not', (text) => {
  expect(parseProviderUrl(text)).toBeUndefined();
});
