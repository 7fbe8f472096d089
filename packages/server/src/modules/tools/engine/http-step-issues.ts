import type { HttpStep, Issue } from '@microapp/contract';
import { parseTemplate } from './template.ts';

/** What belongs to one connection (RFC 9110, section 7.6.1), to whoever sends the body, and to our signature. */
const ownHeader =
  /^(host|content-length|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|accept-encoding|proxy-.*|webhook-.*|x-microapp-.*)$/i;

/** What can stand in a header: no line break, which would begin another header, and nothing beyond Latin-1. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A path segment that a URL parser takes for "here" or "one up". */
const dotSegment = /^(\.|%2e){1,2}$/i;

const originOf = /^https?:\/\/[^/?#]*/;

/**
 * What an http step must not be: scheme, host and port are written out, so that no input decides who is called; nothing
 * in the address can become something else once values stand in it; headers that are ours are ours. Paths start at the
 * step.
 */
export function issuesOfHttpStep(step: HttpStep): Issue[] {
  const address = issueOfAddress(step.url);
  return [
    ...(address === undefined ? [] : [{ path: '.url', message: address }]),
    ...Object.entries(step.headers ?? {}).flatMap(([name, text]) => {
      const message = issueOfHeader(name, text, Object.keys(step.headers ?? {}));
      return message === undefined ? [] : [{ path: `.headers.${name}`, message }];
    }),
    ...(step.method === 'GET' && step.body !== undefined ? [{ path: '.body', message: 'a GET has none' }] : []),
  ];
}

function issueOfAddress(text: string): string | undefined {
  const { texts } = parseTemplate(text);
  const [first = ''] = texts;
  const origin = originOf.exec(first)?.[0];
  if (origin === undefined) return 'must begin with http:// or https:// and a host, written out';
  if (texts.length > 1 && origin === first) {
    return 'must have a slash between the host and the first expression: who is called is written out';
  }
  const url = URL.parse(origin);
  if (url === null) return 'has no host that could be called';
  if (url.username !== '' || url.password !== '') return 'must not hold a name or password; send it in a header';
  if (texts.some((part) => /[\s\\\p{Cc}]/u.test(part))) {
    return 'must not have spaces, line breaks or backslashes; write %20 for a space';
  }
  if (texts.some((part) => part.includes('#'))) return 'must not have a fragment (#)';
  if (texts.some((part) => /%(?![0-9a-f]{2})/i.test(part))) return 'has a % that two hexadecimal digits must follow';
  if (pathSegments(texts.join('x')).some(isDotSegment)) return 'must not have "." or ".." in its path';
  return undefined;
}

function issueOfHeader(name: string, text: string, names: readonly string[]): string | undefined {
  if (ownHeader.test(name)) return 'is set by the server; leave it out';
  if (names.filter((other) => other.toLowerCase() === name.toLowerCase()).length > 1) return 'is there twice';
  if (parseTemplate(text).texts.every(isHeaderValue)) return undefined;
  return 'must not have line breaks or characters beyond Latin-1';
}

/** The path of an address, as it is written, between its slashes; the first is empty. */
export function pathSegments(address: string): string[] {
  const path = address.replace(originOf, '').replace(/[?#].*$/s, '');
  return path.split('/');
}

export function isDotSegment(segment: string): boolean {
  return dotSegment.test(segment);
}

export function isHeaderValue(text: string): boolean {
  return headerValue.test(text);
}
