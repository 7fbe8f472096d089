import { describe, expect, it } from 'vitest';
import { missingFrom, permissions } from './permissions.ts';

describe('permissions', () => {
  it('are a noun and a verb, each once', () => {
    expect(permissions).toHaveLength(new Set(permissions).size);
    for (const permission of permissions) expect(permission).toMatch(/^[a-z]+:[a-z]+$/);
  });

  it.each([
    ['nothing wanted', ['tool:run'], [], []],
    ['all of it held', ['tool:run', 'chat:send'], ['chat:send'], []],
    ['some of it held', ['tool:run'], ['chat:send', 'tool:run'], ['chat:send']],
    ['nothing held', [], ['tool:run'], ['tool:run']],
    ['a word that only begins alike', ['tool:runs', 'xtool:run'], ['tool:run'], ['tool:run']],
  ])('are missing when they are not held: %s', (_case, held, wanted, missing) => {
    expect(missingFrom<string>(held, wanted)).toEqual(missing);
  });
});
