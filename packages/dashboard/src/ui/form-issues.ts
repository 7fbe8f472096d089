import { ApiError } from '../api/client.ts';

/**
 * What the server found wrong, by the form's fields: `allowedOrigins.2` belongs to `allowedOrigins`. What belongs to no
 * field of the form comes back in `rest`, to be shown above it.
 */
export function issuesByField(
  error: Error,
  fields: readonly string[],
): { fields: Record<string, string>; rest: Error | undefined } {
  if (!(error instanceof ApiError) || error.issues.length === 0) return { fields: {}, rest: error };
  const found: Record<string, string> = {};
  const others: ApiError['issues'] = [];
  for (const issue of error.issues) {
    const field = fields.find(
      (name) => issue.path === name || issue.path.startsWith(`${name}.`) || issue.path.startsWith(`${name}[`),
    );
    if (field === undefined) others.push(issue);
    else found[field] = [found[field], issue.message].filter(Boolean).join(' ');
  }
  if (others.length === 0) return { fields: found, rest: undefined };
  const { status, code, message, hint, requestId } = error;
  const rest = new ApiError(status, {
    code,
    error: message,
    issues: others,
    ...(hint !== undefined && { hint }),
    ...(requestId !== undefined && { requestId }),
  });
  return { fields: found, rest };
}
