import { credentialLikePattern, idPrefixes, type ErrorCode } from '@microapp/contract';
import { expect } from 'vitest';
import { refusalOf, type Answer, type Scenario } from './scenario.ts';

/** Any id of ours. */
const idPattern = new RegExp(`\\b(?:${Object.values(idPrefixes).join('|')})_[0-9A-Za-z]{22}\\b`, 'g');

/**
 * Asks, and fails unless the request was refused as expected without a trace: no row of any table is another, the
 * access log (which is about credentials, not about mistakes) has no line, and the answer names nothing of ours.
 */
export async function expectUnloggedRefusal(
  scenario: Scenario,
  ask: () => Promise<Answer>,
  expected: { status: number; code: ErrorCode },
): Promise<Answer> {
  const before = await scenario.rows();
  // A moment later, so that a stamp of the last use would show.
  scenario.clock.advance(1);
  const answer = await ask();
  expect(refusalOf(answer), answer.text).toEqual(expected);
  expect(await scenario.rows()).toBe(before);
  expect(await scenario.accessLog(answer.body.requestId)).toEqual([]);
  const said = answer.text.replace(answer.body.requestId, '');
  expect(said.match(idPattern)).toBeNull();
  expect(said.match(credentialLikePattern)).toBeNull();
  return answer;
}
