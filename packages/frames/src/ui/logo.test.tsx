import { expect, test } from 'vitest';
import { logosIn } from './logo.tsx';

const kept = '/embed/surfaces/srf_N1KpDOcYmF9j8PZDEkezDR/logos/gbBrNe3QcLRTdcHghOr-_X.png';
const sent = 'data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==';

test('logos are pictures of our own host, or come along', () => {
  expect(logosIn({ logo: kept, 'logo-dark': sent, accent: '#000000' })).toEqual({ light: kept, dark: sent });
  expect(logosIn({})).toEqual({ light: undefined, dark: undefined });
});

test.each([
  '',
  'https://tracker.example/logo.png',
  '//tracker.example/embed/surfaces/srf_1/logos/a.png',
  `https://tracker.example${kept}`,
  '/embed/surfaces/srf_1/logos/../../../../v1/me.png',
  '/embed/surfaces/srf_1/logos/a.svg',
  `${kept}?token=1`,
  'data:image/svg+xml;base64,PHN2Zy8+',
  'data:text/html;base64,PHA+',
  'blob:https://shop.example/1',
  'javascript:alert(1)',
])('a logo is never fetched from %s', (logo) => {
  expect(logosIn({ logo, 'logo-dark': logo })).toEqual({ light: undefined, dark: undefined });
});
