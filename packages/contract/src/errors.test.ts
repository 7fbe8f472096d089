import { describe, expect, it } from 'vitest';
import { errors, type ErrorCode } from './errors.ts';

const entries = Object.entries(errors) as [ErrorCode, { status: number; message: string; hint?: string }][];

describe('the error table', () => {
  // Clients branch on these: a change here breaks somebody.
  it.each<[ErrorCode, number]>([
    ['missing_auth', 401],
    ['invalid_token', 401],
    ['token_in_url', 401],
    ['mixed_auth', 401],
    ['origin_not_allowed', 403],
    ['permission_denied', 403],
    ['workspace_disabled', 403],
    ['not_found', 404],
    ['method_not_allowed', 405],
    ['validation_failed', 400],
    ['payload_too_large', 413],
    ['unsupported_media_type', 415],
    ['conflict', 409],
    ['spec_not_allowed_for_public', 409],
    ['byok_required', 409],
    ['quota_exceeded', 429],
    ['rate_limited', 429],
    ['llm_error', 502],
    ['tool_error', 502],
    ['timeout', 504],
    ['unavailable', 503],
    ['internal_error', 500],
  ])('answers %s with %i', (code, status) => {
    expect(errors[code].status).toBe(status);
  });

  it.each(entries)('says %s in sentences, also what to do next', (code, { message, hint = 'None.' }) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(hint).toMatch(/^[A-Z].*\.$/);
  });

  it('does not say why a credential was refused', () => {
    const refusals = entries.filter(([, { status }]) => status === 401);
    expect(JSON.stringify(refusals)).not.toMatch(/revoked|expired|unknown|checksum|signature/i);
  });
});
