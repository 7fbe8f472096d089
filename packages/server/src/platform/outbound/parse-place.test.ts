import { expect, it } from 'vitest';
import { parsePlace, placeOf } from './parse-place.ts';

it.each([
  ['models.internal:8000', { host: 'models.internal', port: 8000 }],
  ['Ollama:11434', { host: 'ollama', port: 11434 }],
  ['model_server:1', { host: 'model_server', port: 1 }],
  ['127.0.0.1:65535', { host: '127.0.0.1', port: 65535 }],
  ['[::1]:8080', { host: '::1', port: 8080 }],
  ['[FD00:0::1]:8080', { host: 'fd00::1', port: 8080 }],
])('%s is a host and a port', (text, place) => {
  expect(parsePlace(text)).toEqual(place);
});

it.each([
  '',
  ':80',
  'models.internal',
  'models.internal:',
  'models.internal:0',
  'models.internal:65536',
  'models.internal:80:80',
  'models.internal:80/v1',
  'http://models.internal:80',
  'user@models.internal:80',
  'a b:80',
  'a%2eb:80',
  '*.internal:80',
  '127.1:80',
  '2130706433:80',
  '0x7f.0.0.1:80',
  '10.0.0.0/8:80',
  '::1:80',
  'fd00::1:8080',
  '[::1]',
  '[::1%eth0]:80',
  '[127.0.0.1]:80',
])('%j is none', (text) => {
  expect(parsePlace(text)).toBeUndefined();
});

it.each([
  ['http://Name.example/x', { host: 'name.example', port: 80 }],
  ['https://name.example/x', { host: 'name.example', port: 443 }],
  ['https://[::1]:8443/', { host: '::1', port: 8443 }],
])('%s leads to %j', (url, place) => {
  expect(placeOf(new URL(url))).toEqual(place);
});
