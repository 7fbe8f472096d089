import { expect } from 'vitest';
import type { Answer, Owner, Scenario } from './scenario.ts';

/** Asks, and fails if that changes any row: what was done before is not done again, nor written down again. */
export async function expectNoChange(scenario: Scenario, owner: Owner, ask: () => Promise<Answer>): Promise<Answer> {
  // The owner key's last use is now; whatever else differs afterwards is a change.
  await owner.ask({ url: '/v1/me' });
  const before = await scenario.rows();
  const answer = await ask();
  expect(await scenario.rows()).toBe(before);
  return answer;
}
