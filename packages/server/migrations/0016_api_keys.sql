-- Holders sign tokens with the key itself, so it must be recoverable: encrypted with a key that is not in the database, and
-- found by a keyed hash. Bound to a workspace, or, where workspace_id is null, its owner's in all of them.
create table api_keys (
  id text primary key,
  owner_id text not null references owners (id),
  workspace_id text,
  name text not null,
  key_prefix text not null,
  secret_sealed bytea not null,
  secret_hash bytea not null unique,
  scope text not null check (scope in ('readonly', 'interactive')),
  -- slugs; none: every app of the owner
  app_ids text[] not null,
  allowed_origins text[] not null,
  is_active boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  last_used_at timestamptz,
  seen_in_url_at timestamptz,
  -- final, which is_active alone is not
  revoked_at timestamptz,
  check (revoked_at is null or not is_active),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id)
);
create index api_keys_by_owner on api_keys (owner_id, created_at desc, id desc);
create index api_keys_by_workspace on api_keys (workspace_id);

alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy workspace_owns on api_keys to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on api_keys to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_touches on api_keys to microapp_system using (true) with check (true);
create policy lookup_reads on api_keys for select to microapp_lookup using (true);
-- Nothing that runs as a workspace reads keys: verification and management work as the owner.
grant select, insert on api_keys to microapp_owner;
grant update (name, scope, app_ids, allowed_origins, is_active, version, updated_at, revoked_at) on api_keys to microapp_owner;
grant select (id, last_used_at, seen_in_url_at, secret_sealed, secret_hash),
  update (last_used_at, seen_in_url_at, secret_sealed, secret_hash) on api_keys to microapp_system;
grant select (id, owner_id, workspace_id, secret_hash) on api_keys to microapp_lookup;

create constraint trigger api_keys_notify
  after update of name, secret_sealed, secret_hash, scope, app_ids, allowed_origins, is_active, version, updated_at,
    revoked_at or delete
  on api_keys
  deferrable initially deferred for each row execute function notify_change('api_key');

-- Recorded visits of a replay app, and what happened in them. In addresses and JSON one is called session.
create table recordings (
  id uuid primary key,
  owner_id text not null,
  workspace_id text not null,
  app text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  unique (workspace_id, id),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id)
);
create index recordings_by_owner on recordings (owner_id, started_at desc, id desc);
create index recordings_by_workspace on recordings (workspace_id, started_at desc, id desc);

alter table recordings enable row level security;
alter table recordings force row level security;
create policy workspace_owns on recordings to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on recordings to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select on recordings to microapp_workspace, microapp_owner;

create table recording_entries (
  owner_id text not null,
  workspace_id text not null,
  recording_id uuid not null,
  kind text not null check (kind in ('event', 'log', 'chat')),
  seq integer not null,
  at timestamptz not null,
  body jsonb not null,
  primary key (recording_id, kind, seq),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, recording_id) references recordings (workspace_id, id)
);

alter table recording_entries enable row level security;
alter table recording_entries force row level security;
create policy workspace_owns on recording_entries to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on recording_entries to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select on recording_entries to microapp_workspace, microapp_owner;

set local role microapp_lookup;

-- By every hash that the key may be stored under: while encryption keys are exchanged there is more than one.
create function lookup.api_key(hashes bytea[]) returns table (id text, owner_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.id, k.owner_id from public.api_keys k where k.secret_hash = any (hashes)
$$;

create function lookup.api_key_by_id(key_id text) returns table (id text, owner_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.id, k.owner_id from public.api_keys k where k.id = key_id
$$;

revoke all on function lookup.api_key(bytea[]), lookup.api_key_by_id(text) from public;
grant execute on function lookup.api_key(bytea[]), lookup.api_key_by_id(text) to microapp_system;
reset role;
