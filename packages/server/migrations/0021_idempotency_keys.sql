-- What a request with an Idempotency-Key was answered, so that its repeat is answered the same; kept for a day.
-- request_hash is of who asks, for what, and under which key; body_hash is of what was sent. Neither text is kept.
create table idempotency_keys (
  owner_id text not null references owners (id),
  -- null: a management request
  workspace_id text,
  request_hash bytea not null,
  body_hash bytea not null,
  -- who answers it: a process that was frozen and lost its lease must not write over the next one's answer
  claim text not null,
  -- until when whoever claimed it may be at work; a process that died leaves it behind
  leased_until timestamptz not null,
  -- JSON text, because JSON may hold what jsonb refuses; null while the first request is under way; never a secret
  outcome text,
  created_at timestamptz not null,
  primary key (owner_id, request_hash),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy workspace_owns on idempotency_keys to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on idempotency_keys to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_sweeps on idempotency_keys to microapp_system using (true) with check (true);
grant select, insert, delete on idempotency_keys to microapp_workspace, microapp_owner;
grant update (body_hash, claim, leased_until, outcome, created_at) on idempotency_keys to microapp_workspace, microapp_owner;
grant select (created_at), delete on idempotency_keys to microapp_system;
