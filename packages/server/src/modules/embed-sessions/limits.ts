/** How long a ticket waits to be redeemed. */
export const ticketTtlSeconds = 60;
/** How long a preview lasts; the page that shows it asks for another. */
export const previewTtlSeconds = 15 * 60;
/** How long one session token lives; the frame refreshes it before. */
export const sessionTtlSeconds = 300;
/** How long a session may be refreshed after its first ticket was redeemed; then the frame asks for a new ticket. */
export const refreshableSeconds = 30 * 60;
export const ticketSweepIntervalMs = 60_000;
