create table embed_tokens (
  id text primary key,
  owner_id text not null,
  workspace_id text not null,
  label text,
  apps text[] not null check (cardinality(apps) > 0),
  permissions text[] not null check (cardinality(permissions) > 0),
  -- null: the workspace's list applies
  allowed_origins text[],
  use text not null check (use in ('widget', 'iframe', 'server')),
  secret_hash bytea not null unique,
  version integer not null default 1,
  expires_at timestamptz,
  created_at timestamptz not null,
  last_used_at timestamptz,
  seen_in_url_at timestamptz,
  revoked_at timestamptz,
  unique (workspace_id, id),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id)
);
create index embed_tokens_by_workspace on embed_tokens (workspace_id, created_at desc, id desc);

alter table embed_tokens enable row level security;
alter table embed_tokens force row level security;
create policy workspace_owns on embed_tokens to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on embed_tokens to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_touches on embed_tokens to microapp_system using (true) with check (true);
create policy lookup_reads on embed_tokens for select to microapp_lookup using (true);
grant select on embed_tokens to microapp_workspace;
grant select, insert on embed_tokens to microapp_owner;
grant update (label, secret_hash, version, revoked_at) on embed_tokens to microapp_owner;
grant select (id, last_used_at, seen_in_url_at), update (last_used_at, seen_in_url_at) on embed_tokens to microapp_system;
grant select (id, owner_id, workspace_id, secret_hash) on embed_tokens to microapp_lookup;

create trigger embed_tokens_notify after update of secret_hash, version, revoked_at, label or delete on embed_tokens
  for each row execute function notify_change('embed_token');
