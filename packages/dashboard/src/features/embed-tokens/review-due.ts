const reviewEveryMs = 30 * 86_400_000;

/** Whether a month has passed since the customer's tokens were looked through, or since there is a customer. */
export function isReviewDue(
  { embedTokensReviewedAt, createdAt }: { embedTokensReviewedAt: string | null; createdAt: string },
  now: Date,
): boolean {
  return now.getTime() - Date.parse(embedTokensReviewedAt ?? createdAt) >= reviewEveryMs;
}
