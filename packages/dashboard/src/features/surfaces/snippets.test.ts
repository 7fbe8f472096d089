import { describe, expect, it } from 'vitest';
import * as snippets from './snippets.ts';

const place = { embedUrl: 'https://apps.example.test', clientToken: 'wk_pub_abc' };

describe('snippets', () => {
  it.each([
    ['script tag', snippets.scriptTag(place)],
    ['element', snippets.customElement(place)],
    ['React', snippets.reactComponent(place)],
  ])('of the %s are complete: the installation and the client token stand in them', (_, code) => {
    expect(code).toContain(place.embedUrl);
    expect(code).toContain('"wk_pub_abc"');
    expect(code).not.toMatch(/YOUR|REPLACE|…/);
  });

  it('of the server name the token by its variable, and no value of one stands anywhere', () => {
    const code = snippets.serverRoute({ ...place, app: 'loan-calculator', origin: 'https://shop.example' });
    expect(code).toContain("app: 'loan-calculator', origin: 'https://shop.example'");
    expect(code).toContain('process.env.MICROAPP_EMBED_TOKEN');
    expect(code + snippets.pageWithServer(place)).not.toMatch(/mtok_\w|wk_pub_/);
  });

  it('name an origin that is really allowed', () => {
    expect(snippets.exampleOrigin(['*.shop.example', 'shop.example'])).toBe('https://shop.example');
    expect(snippets.exampleOrigin(['localhost:3000'])).toBe('http://localhost:3000');
    expect(snippets.exampleOrigin(['https://a.example'])).toBe('https://a.example');
    expect(snippets.exampleOrigin(['*'])).toBe('https://www.example.com');
  });
});
