/**
 * Every error that an answer can carry. A code is stable: clients branch on it, people read the message, and the hint
 * says what to do next. Nothing here depends on why a credential was refused, because unknown, malformed, revoked and
 * expired look the same from outside.
 */
export const errors = {
  missing_auth: { status: 401, message: 'Authentication is required.' },
  invalid_token: { status: 401, message: 'The credential is not valid here.' },
  token_in_url: {
    status: 401,
    message: 'A credential was sent in the URL.',
    hint: 'Never put a token in a URL. Send it in a header, and rotate this one: URLs end up in logs and histories.',
  },
  mixed_auth: {
    status: 401,
    message: 'The request carries two different credentials.',
    hint: 'Send one credential, in its own header, and nothing else.',
  },
  origin_not_allowed: {
    status: 403,
    message: 'This origin is not allowed.',
    hint: 'Add the origin to the allowed origins of the surface or token.',
  },
  permission_denied: { status: 403, message: 'The credential does not allow this.' },
  workspace_disabled: {
    status: 403,
    message: 'This workspace is disabled.',
    hint: 'Ask the provider of this widget to enable the workspace again.',
  },
  not_found: { status: 404, message: 'There is nothing here by that name.' },
  method_not_allowed: { status: 405, message: 'This address does not take that method.' },
  validation_failed: { status: 400, message: 'The request is not valid.' },
  payload_too_large: { status: 413, message: 'The request body is too large.' },
  unsupported_media_type: {
    status: 415,
    message: 'The request body is not JSON.',
    hint: 'Send JSON with the header "content-type: application/json".',
  },
  conflict: { status: 409, message: 'The request conflicts with how things stand.' },
  spec_not_allowed_for_public: { status: 409, message: 'This tool cannot have public runs.' },
  byok_required: {
    status: 409,
    message: 'This tool needs an AI provider key of its owner.',
    hint: 'The owner adds one under Developers > Provider keys.',
  },
  quota_exceeded: { status: 429, message: 'The quota for today is used up.' },
  rate_limited: { status: 429, message: 'Too many requests in a short time.' },
  llm_error: { status: 502, message: 'The AI provider did not answer properly.' },
  tool_error: { status: 502, message: 'A step of the tool failed.' },
  timeout: { status: 504, message: 'A step of the tool ran into a limit.' },
  /** The status that proxies write down for a caller who closed the connection; hardly anybody is there to read it. */
  canceled: { status: 499, message: 'The request was called off.' },
  unavailable: { status: 503, message: 'The service is not available at the moment.', hint: 'Try again shortly.' },
  internal_error: {
    status: 500,
    message: 'Something went wrong on our side.',
    hint: 'Try again; if it stays, report the request id.',
  },
} as const satisfies Record<string, { status: number; message: string; hint?: string }>;

export type ErrorCode = keyof typeof errors;

/** One problem of one field. `path` is dotted from the root of what was sent, for example `inputs.principal`. */
export type Issue = {
  path: string;
  message: string;
  /** The keyword of JSON Schema that did not hold, for whoever says it in another language: `minimum`, `required`, … */
  rule?: string;
  /** What that keyword asks for: a number, the name of a type or a format, a date, or the allowed values. */
  limit?: string | number | string[];
};
