/** One limit as an answer tells of it: how much in how many seconds, and what is left for how long. */
export type ToldLimit = {
  /** Lower-case letters: it stands in a structured string. */
  name: string;
  max: number;
  windowSeconds: number;
  remaining: number;
  resetSeconds: number;
};

/**
 * The header fields that tell a caller of its limits (draft-ietf-httpapi-ratelimit-headers-11: lists of strings with
 * parameters, RFC 9651): `RateLimit-Policy: "burst";q=60;w=60` is the rule, `RateLimit: "burst";r=59;t=60` what is left of
 * it.
 */
export function rateLimitFields(limits: readonly ToldLimit[]): { ratelimit: string; 'ratelimit-policy': string } {
  return {
    ratelimit: limits
      .map(({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`)
      .join(', '),
    'ratelimit-policy': limits
      .map(({ name, max, windowSeconds }) => `"${name}";q=${max};w=${windowSeconds}`)
      .join(', '),
  };
}
