import { describe, expect, it } from 'vitest';
import { createHeight } from './height.ts';

describe('the height of a frame', () => {
  it('follows the content, up and down', () => {
    const follow = createHeight();
    expect([follow(300.2, 1, 0), follow(500, 2, 1000), follow(200, 3, 1100)]).toEqual([301, 500, 200]);
  });

  it('is never more than 10,000 pixels', () => {
    expect(createHeight()(1e9, 1, 0)).toBe(10_000);
  });

  it.each([0, -5, Number.NaN])('is not %d', (h) => {
    expect(createHeight()(h, 1, 0)).toBeUndefined();
  });

  it('does not follow a message that was overtaken by a newer one', () => {
    const follow = createHeight();
    follow(300, 2, 0);
    expect(follow(900, 1, 1)).toBeUndefined();
    expect(follow(900, 2, 2)).toBeUndefined();
  });

  it('stops following content that grows with every resize, and follows again when it calms down', () => {
    const follow = createHeight();
    const followed = Array.from({ length: 50 }, (_, index) => follow(300 + 20 * index, index + 1, 1000 + 16 * index));
    expect(followed.filter((height) => height !== undefined)).toHaveLength(6);
    expect(follow(700, 51, 5000)).toBe(700);
  });
});
