import { expect, it } from 'vitest';
import { rateLimitFields } from './rate-limit-fields.ts';

const burst = { name: 'burst', max: 60, windowSeconds: 60, remaining: 9, resetSeconds: 30 };
const daily = { name: 'daily', max: 1000, windowSeconds: 86_400, remaining: 0, resetSeconds: 5 };

it('the rule and what is left of it are told as structured fields', () => {
  expect(rateLimitFields([burst])).toEqual({ ratelimit: '"burst";r=9;t=30', 'ratelimit-policy': '"burst";q=60;w=60' });
});

it('several limits are told as one list each, in the same order', () => {
  expect(rateLimitFields([burst, daily])).toEqual({
    ratelimit: '"burst";r=9;t=30, "daily";r=0;t=5',
    'ratelimit-policy': '"burst";q=60;w=60, "daily";q=1000;w=86400',
  });
});
