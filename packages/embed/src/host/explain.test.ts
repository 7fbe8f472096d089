import { expect, it } from 'vitest';
import { explain } from './explain.ts';

const page = 'https://www.shop.example';
const at = 'https://embed.example/embed/surfaces/srf_1';

it('a refused origin is named, with the place where it is added (R24, R25)', () => {
  expect(explain('origin_not_allowed', undefined, page, at)).toBe(
    'https://www.shop.example is not an allowed origin here. Add it under Auth > Allowed origins.',
  );
});

it.each(['timeout', 'no_network'])('%s names the address that did not answer', (code) => {
  expect(explain(code, undefined, page, at)).toContain(`${at} does not answer`);
});

it.each(['rate_limited', 'origin_not_allowed'])('%s is told as the server put it, where the server spoke', (code) => {
  const said = `${page} is not an allowed origin of surface "Shop chat". Add it under Auth > Allowed origins.`;
  expect(explain(code, said, page, at)).toBe(said);
});
