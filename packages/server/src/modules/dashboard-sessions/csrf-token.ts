import { createHmac } from 'node:crypto';

const label = 'microapp dashboard csrf 1';

/**
 * The CSRF token of a session: made from its secret, so that it is nowhere stored, dies with the session, and cannot be
 * made by whoever only knows the session's id. It does not lead back to the secret.
 */
export function csrfTokenOf(sessionSecret: string): string {
  return createHmac('sha256', sessionSecret).update(label).digest('base64url');
}
