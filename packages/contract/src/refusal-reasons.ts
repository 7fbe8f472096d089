/**
 * Why requests are refused, as the access log keeps it under the request id, and what an owner should make of it. The
 * caller is told none of this: from outside, unknown, malformed, revoked and expired look the same. A reason is stable;
 * one of these with more behind it (`wrong_class: owner_key`, `lacks tool:run`) names what it is about.
 */
export const refusalReasons = {
  no_credential: 'No credential was sent. Check that the page or server sends one, in the header that the route takes.',
  malformed: 'The text is no credential of ours: it was cut off, changed or made up. Copy it again, whole.',
  unknown: 'The credential is well-formed, but there is none like it. It was rotated, or belongs to another server.',
  revoked: 'The credential is revoked, or was rotated. Issue another, and replace it where it is used.',
  expired: 'The credential has expired. Issue another, with a later date or none.',
  rotated: 'The credential behind the session or ticket was rotated since. Load the page again.',
  wrong_class:
    'A credential of another kind was sent. Embeds take embed tokens and sessions; owner keys stay on servers.',
  only: 'Another header carried a credential, and the one that counts here was missing.',
  bearer: 'A bearer credential was sent together with another one. Send one.',
  with: 'The credential was sent together with another one. Send one.',
  session:
    'The session does not verify: its signature, form, issuer or audience is wrong. It was changed, or is not ours.',
  session_expired: 'The session has expired. Frames refresh theirs; something kept this one for too long.',
  session_too_long: 'What was sent as a session is longer than any session. It was made up.',
  session_key_unknown:
    'The session names a signing key that there is not. It was made up, or belongs to another server.',
  session_claims_malformed: 'The session is signed, but lacks what every session has. It belongs to another release.',
  session_from_foreign_origin: 'A session was used outside its frame. It may have been copied out of a browser.',
  session_origin_no_longer_listed: 'The page of this session was taken off the allowed origins.',
  session_too_old_to_refresh: 'The session was refreshed for as long as is allowed. The page asks for a new one.',
  refresh_without_session: 'Something other than a session was sent to be refreshed.',
  environment_changed: 'The surface changed between development and production. Load the page again.',
  ticket_used: 'The ticket was redeemed before: each is good once. A second try may be a copy.',
  ticket_unknown_or_used: 'The ticket was redeemed before, has been swept away, or never was.',
  ticket_expired:
    'The ticket was redeemed too late: it lives for a minute. The page loads slowly, or the ticket was kept.',
  ticket_of_another_surface: 'The ticket was redeemed in the frame of another surface.',
  ticket_of_another_origin: 'The ticket was redeemed under a page other than the one that asked for it.',
  redeem_from_foreign_origin: 'A page tried to redeem a ticket itself. Only the frame does.',
  authorization_alone_in_embed_mode:
    'With embed=1 only the header x-microapp-embed-token counts, and an Authorization header was sent alone.',
  embed_token_without_embed_mode: 'An embed token was sent without embed=1 in the address.',
  'embed token and authorization': 'An embed token was sent together with an Authorization header. Send one.',
  'embed token and another authorization':
    'An embed token was sent together with an Authorization header that carries something else. Send one.',
  'embed token and': 'An embed token was sent together with another credential. Send one.',
  'client token and embed token': 'A client token and an embed token were sent together. Send one.',
  token_in_url: 'A credential stood in the address. Addresses end up in logs and histories: rotate the credential.',
  no_origin: 'The browser did not say which page is asking. Sandboxed pages and local files have no origin.',
  origin_not_listed: 'The page is not on the allowed origins. Add it if it is yours; look into it if it is not.',
  server_token_in_browser:
    'A token for servers was sent by a browser. Revoke it if it was published; issue one for widgets.',
  management_from_foreign_origin: 'An owner key was used from a foreign page. Revoke it if it was published.',
  lacks: 'The credential, its surface or its workspace does not have this permission. Give it, or turn the feature on.',
  app_not_in_scope: 'The credential is not for this app. Add the app to it, or use another credential.',
  workspace_assertion_failed: 'The request named another workspace than the one of its credential.',
  workspace_disabled:
    'The workspace is disabled, and with it all of its credentials. Enable it to let them work again.',
  workspace_deleted: 'The workspace is deleted, and with it all of its credentials.',
  workspace_gone: 'The workspace was deleted while the request was under way.',
  owner_disabled: 'The whole account is disabled, and with it all of its credentials.',
  needs_role: 'The role of this person, or of the app that acts for them, is too low for this. An admin can do it.',
  no_role: 'The access token names none of the roles admin, developer or viewer. Give the person one at your provider.',
  no_identity_provider: 'A token that is no owner key was sent, and no identity provider is set up to vouch for it.',
  access_token: 'The access token does not verify: its signature, audience, issuer or form is wrong.',
  'access_token: expired': 'The access token has expired. Whoever sent it fetches another one from your provider.',
  owner_unknown: 'The access token names an owner that there is not, or none where it has to.',
  not_the_first_owner: 'This belongs to the whole installation, and only its first owner may do it.',
  api_key_has_no_sessions: 'An API key asked for a session. Sessions are for browsers; the key stays on a server.',
  api_key_from_foreign_origin: 'An API key was sent from a page. Revoke it if it was published; it stays on servers.',
  public_runs_of_address:
    'One address ran a tool that is open to everybody more often than is allowed. It may go on within a minute.',
  owner_has_no_workspace: 'The API key is bound to no workspace, and its owner has none left. Bind it to one.',
  scope_exceeds_key: 'The signed token asks for more than its API key may do. Sign a smaller one, or widen the key.',
  signed_token_cannot_sign: 'A signed token was sent to sign another. Only the API key itself signs.',
  other_session: 'The signed token is for one recorded session, and another one was asked for.',
  url_token_expired: 'The copied URL has expired. Copy it again, and replace it where it is pasted.',
  url_token_of_another_frame:
    'The address of the frame was changed: it names another token than the one in it, or none.',
  'ticket and URL token': 'A ticket and a copied URL’s token were sent together. Send one.',
  no_provider_key: 'The tool asks an AI model, and no provider key for it is active. Add one, or switch one on.',
  idempotency_key_of_another_body:
    'An Idempotency-Key was sent a second time, with another body. A new request takes a new key.',
  idempotency_key_under_way: 'A request was repeated while the first one under its Idempotency-Key was still at work.',
  recheck: 'An open stream could not be checked again in time, and was closed.',
  quota_used_up:
    'A daily quota was used up: raise the limit, or the visitors wait until 00:00 UTC. The usage page says what is left.',
  quota_alert:
    'So much of a daily quota was used up; the line tells of the request that did it. It goes on until 100 %.',
  run_interrupted: 'The run was given up: its server was cut off for so long that the others took it for dead.',
  wrong_host:
    'The address belongs to the other host: frames and the embed API are on EMBED_URL, the rest on PUBLIC_URL.',
  metrics_from_elsewhere:
    'The metrics were asked for from another machine. They are for programs on the server itself.',
  mints_of_address: 'One address asked for more sessions than it may in a minute (MINTS_PER_ADDRESS_PER_MINUTE).',
  mints_of_credential:
    'The token asked for more sessions than it may in a minute. Raise its limit, or look for a copy.',
  mints_of_workspace: 'The workspace asked for more sessions than it may in a minute (MINTS_PER_WORKSPACE_PER_MINUTE).',
  failures_of_address: 'One address sent too many credentials that are not valid. It may go on within a minute.',
  hellos_of_address: 'One address viewed pages with widgets more often than is allowed. It may go on within a minute.',
  hellos_of_credential:
    'The pages with this client token were viewed more often than is allowed in a minute. Their widgets work all the same.',
  theme_suggestions_of_owner: 'Themes were asked for more often than they may be in a minute.',
  theme_tasks_of_owner: 'Themes were asked for while as many of the same owner were being made as may be at once.',
  theme_worker_busy: 'Too many websites and pictures were being read for themes at once. Try again in a moment.',
  runs_of_credential: 'The credential ran the tool more often than it may in a minute (TOOL_RUNS_PER_MINUTE).',
  caller_went_away: 'The caller closed the connection before the answer was there. What had run until then is counted.',
  caller_reads_too_slowly:
    'The caller left a stream of events unread until too much was waiting for it, and the stream was ended.',
  stopping: 'The server was told to stop, and this took longer than it could wait.',
  link_unknown_or_used: 'The sign-in link was used before, a newer one took its place, or it never was. Make another.',
  link_expired: 'The sign-in link was opened too late: it waits for a day. Make another.',
  provider_sign_in:
    'Signing in through the identity provider was called off, took too long, or was tried a second time.',
  provider_sign_in_unavailable:
    'The identity provider did not answer, or does not know this server’s client id or secret.',
  signed_out: 'The session was signed out of, here or from another browser. Sign in again.',
  session_idle: 'The session was not used for so long that it is over. Sign in again.',
  member_disabled: 'The member was disabled or removed, and with that every session. An admin can let them in again.',
  session_cookie_from_elsewhere:
    'The cookie of the dashboard came with a request by another page. Something on your domain may be trying to use it.',
  csrf_token_missing: 'A change was asked for with the cookie of the dashboard alone. Another page may have tried to.',
  csrf_token_wrong: 'The CSRF token belongs to another session. The page was open while somebody signed in again.',
  'dashboard session and': 'The cookie of the dashboard was sent together with a credential. Send one.',
  database: 'The database did not answer.',
  bug: 'Something went wrong on our side; the log has the cause under the request id.',
} as const satisfies Readonly<Record<string, string>>;

export type RefusalReason = keyof typeof refusalReasons;

/** The sentence for a reason, also for one with more behind it; undefined for one that is not in the table. */
export function explanationOf(reason: string): string | undefined {
  return sentenceOf(reason) ?? longestBeginning(reason);
}

function sentenceOf(reason: string): string | undefined {
  return Object.hasOwn(refusalReasons, reason) ? refusalReasons[reason as RefusalReason] : undefined; // just checked
}

/** Word by word from the end, so that of two entries the one that says more explains. */
function longestBeginning(reason: string): string | undefined {
  const words = reason.split(' ');
  for (let count = words.length - 1; count > 0; count--) {
    const sentence = sentenceOf(words.slice(0, count).join(' ').replace(/:$/, ''));
    if (sentence !== undefined) return sentence;
  }
  return undefined;
}
