import type { ErrorCode } from '@microapp/contract';
import { expect } from 'vitest';
import { refusalOf, type Answer, type Scenario } from './scenario.ts';

export type ExpectedRefusal = {
  status: number;
  code: ErrorCode;
  /** What the owner reads in the access log, and the caller never. */
  reason: string;
  /** Whose line it is; absent when the request names nobody that is known. */
  workspaceId?: string;
  credentialId?: string;
};

const answerFields = new Set(['error', 'code', 'hint', 'issues', 'requestId']);

/**
 * Asks, and fails unless the request was refused as expected without a trace: no row of any table is another, the
 * access log has one line with the reason and the tenant, and the answer says nothing of either.
 */
export async function expectRefusal(
  scenario: Scenario,
  ask: () => Promise<Answer>,
  expected: ExpectedRefusal,
): Promise<Answer> {
  const before = await scenario.rows();
  const answer = await ask();
  expect(refusalOf(answer)).toEqual({ status: expected.status, code: expected.code });
  expect(await scenario.rows()).toBe(before);
  await expectRefusalLine(scenario, answer, expected);
  return answer;
}

/** Fails unless the access log tells the owner about this refusal, in one line, what the answer keeps from the caller. */
export async function expectRefusalLine(
  scenario: Scenario,
  answer: Answer,
  { status, code, reason, workspaceId, credentialId }: ExpectedRefusal,
): Promise<void> {
  const lines = await scenario.accessLog(answer.body.requestId);
  expect(lines).toHaveLength(1);
  const [line = {}] = lines;
  expect(line).toMatchObject({
    status,
    code,
    reason,
    workspace_id: workspaceId ?? null,
    credential_id: credentialId ?? null,
  });
  expect(Object.keys(answer.body).filter((field) => !answerFields.has(field))).toEqual([]);
  for (const kept of [reason, line['owner_id'], line['workspace_id'], line['credential_id']]) {
    // Some reasons say no more than the code does, which the caller may read.
    if (typeof kept === 'string' && kept !== code) expect(answer.text).not.toContain(kept);
  }
}

/** What two refusals must have in common to look the same from outside: all but the request id. */
export function outwardly({ status, body }: Answer): unknown {
  const { requestId: _, ...rest } = body;
  return { status, ...rest };
}
