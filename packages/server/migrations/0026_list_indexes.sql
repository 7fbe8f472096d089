-- What the lists of the dashboard are sorted and narrowed by. A page then reads about as many rows as it shows, wherever
-- in the list it stands, or sorts the few that a rare filter finds.

-- Embed tokens: newest first, and latest used first with those that were never used at the end; all, those in force and
-- those revoked. `case`, not `coalesce`: behind a policy the planner looks up only what provably tells nothing of other
-- tenants' rows, and of these two it knows that of `case` alone. A use that is stamped, once a second and token at most,
-- writes the indexes of tokens in force and of all; those of revoked ones stand still.
create index embed_tokens_by_use on embed_tokens
  (workspace_id, (case when last_used_at is null then 'epoch'::timestamptz else last_used_at end) desc, id desc);
create index embed_tokens_live on embed_tokens (workspace_id, created_at desc, id desc) where revoked_at is null;
create index embed_tokens_live_by_use on embed_tokens
  (workspace_id, (case when last_used_at is null then 'epoch'::timestamptz else last_used_at end) desc, id desc)
  where revoked_at is null;
create index embed_tokens_live_by_expiry on embed_tokens (workspace_id, expires_at) where revoked_at is null;
create index embed_tokens_revoked on embed_tokens (workspace_id, created_at desc, id desc) where revoked_at is not null;
create index embed_tokens_revoked_by_use on embed_tokens
  (workspace_id, (case when last_used_at is null then 'epoch'::timestamptz else last_used_at end) desc, id desc)
  where revoked_at is not null;

-- The access log: lines of one app, of one page, and what went wrong; what went well is most of the log.
create index access_log_by_app on access_log (owner_id, app, at desc, id desc) where app is not null;
create index access_log_by_origin on access_log (owner_id, origin, at desc, id desc) where origin is not null;
create index access_log_by_code on access_log (owner_id, code, at desc, id desc) where code is not null;
create index access_log_by_failed_status on access_log (owner_id, status, at desc, id desc) where status >= 400;
