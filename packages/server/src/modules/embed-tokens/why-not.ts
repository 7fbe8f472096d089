import { originMatches, parseOrigin, permissionOfKind, type WhyNot } from '@microapp/contract';
import type { AppFacts } from '../apps/index.ts';
import type { EmbedTokenRecord } from './store.ts';

/** What somebody wants to do with a token: show `apps` on a page of `origin`, at `now` (epoch milliseconds). */
export type Attempt = { origin: string; apps: readonly string[]; now: number };

/**
 * Every reason why the token would not work there, in the order in which the doors look at them; none when it would.
 * The doors say one thing to a stranger whatever the reason; this is for the token's owner, who may know.
 */
export function whyNot(record: EmbedTokenRecord, attempt: Attempt, known: readonly AppFacts[]): WhyNot[] {
  return [
    ...whyNotInGeneral(record, attempt.now),
    ...whyNotFrom(record, attempt.origin),
    ...attempt.apps.flatMap((slug) =>
      whyNotFor(
        record,
        slug,
        known.find((app) => app.slug === slug),
      ),
    ),
  ];
}

function whyNotInGeneral(record: EmbedTokenRecord, now: number): WhyNot[] {
  const reasons: WhyNot[] = [];
  if (!record.isActive) {
    reasons.push({
      code: 'revoked',
      message: 'The token is revoked.',
      hint: 'Revoking is final: issue a new token and update every page that has the old one.',
    });
  }
  if (record.expiresAt !== null && record.expiresAt.getTime() <= now) {
    const at = record.expiresAt.toISOString();
    reasons.push({ code: 'expired', message: `The token expired at ${at}.`, hint: 'Issue a new token.' });
  }
  if (!record.ownerActive) {
    reasons.push({
      code: 'owner_disabled',
      message: 'The account that the token belongs to is disabled.',
      hint: 'Ask whoever runs this server to enable it.',
    });
  }
  if (record.workspaceStatus === 'deleted') {
    reasons.push({
      code: 'workspace_deleted',
      message: 'The workspace of the token is deleted.',
      hint: 'Issue a token in another workspace.',
    });
  }
  if (record.workspaceStatus === 'disabled') {
    reasons.push({
      code: 'workspace_disabled',
      message: 'The workspace of the token is disabled.',
      hint: 'Enable the workspace: its tokens work again at once.',
    });
  }
  return reasons;
}

function whyNotFrom(record: EmbedTokenRecord, origin: string): WhyNot[] {
  const { use, allowedOrigins } = record;
  const reasons: WhyNot[] = [];
  if (use === 'server') {
    reasons.push({
      code: 'server_token_in_browser',
      message: 'The token is for servers and is refused when a browser sends it.',
      hint: 'Issue a token for a widget or an iframe.',
    });
  }
  if (!originMatches(allowedOrigins, origin)) {
    reasons.push({
      code: 'origin_not_listed',
      message:
        allowedOrigins.length === 0
          ? 'No origin is allowed at all: neither the token nor its workspace lists one.'
          : `${origin} is not among the allowed origins: ${allowedOrigins.join(', ')}.`,
      hint: hintOfOrigin(record, origin),
    });
  }
  return reasons;
}

/** Names the mistake that is made most: with or without www is another host. */
function hintOfOrigin({ allowedOrigins, hasOwnOrigins }: EmbedTokenRecord, origin: string): string {
  const host = parseOrigin(origin)?.host ?? '';
  const twin = host.startsWith('www.') ? host.slice('www.'.length) : `www.${host}`;
  const twinOrigin = origin.replace(`//${host}`, `//${twin}`);
  const mistake = originMatches(allowedOrigins, twinOrigin)
    ? `"${twin}" is allowed, and "${host}" is another host. `
    : '';
  if (hasOwnOrigins) {
    return `${mistake}The token's own list stays as it was made: replace it by a token that lists "${host}", too.`;
  }
  return `${mistake}Add "${host}" to the allowed origins of the customer, or issue a token that lists it.`;
}

function whyNotFor(record: EmbedTokenRecord, slug: string, app: AppFacts | undefined): WhyNot[] {
  if (!record.apps.includes(slug)) {
    return [
      {
        code: 'app_not_in_scope',
        message: `The token is not for "${slug}", but for: ${record.apps.join(', ')}.`,
        hint: 'Issue a token for this app.',
      },
    ];
  }
  if (app === undefined) {
    return [
      { code: 'app_not_found', message: `There is no app "${slug}" any more.`, hint: 'Issue a token for another.' },
    ];
  }
  const reasons: WhyNot[] = [];
  if (!app.isLive) {
    reasons.push({ code: 'app_not_live', message: `The app "${slug}" is not published.`, hint: 'Publish the app.' });
  }
  const permission = permissionOfKind[app.kind];
  if (!record.permissions.includes(permission)) {
    reasons.push({
      code: 'permission_not_given',
      message: `The app "${slug}" needs the permission "${permission}", which the token does not have.`,
      hint: 'Issue a token with this permission.',
    });
  } else if (!record.features.includes(permission)) {
    reasons.push({
      code: 'feature_off',
      message: `The workspace lacks the feature "${permission}", which the app "${slug}" needs.`,
      hint: 'Turn the feature on: the token works again at once.',
    });
  }
  return reasons;
}
