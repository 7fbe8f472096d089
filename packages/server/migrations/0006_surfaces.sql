create table surfaces (
  id text primary key,
  owner_id text not null,
  workspace_id text not null,
  name text not null,
  environment text not null check (environment in ('development', 'production')),
  apps text[] not null check (cardinality(apps) > 0),
  permissions text[] not null check (cardinality(permissions) > 0),
  allowed_origins text[] not null default '{}',
  theme jsonb not null,
  texts jsonb not null,
  limits jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  unique (workspace_id, id),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id)
);
create index surfaces_by_workspace on surfaces (workspace_id, created_at desc, id desc);

alter table surfaces enable row level security;
alter table surfaces force row level security;
create policy workspace_owns on surfaces to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on surfaces to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select on surfaces to microapp_workspace;
grant select, insert on surfaces to microapp_owner;
grant update (name, environment, apps, permissions, allowed_origins, theme, texts, limits, updated_at, deleted_at)
  on surfaces to microapp_owner;

create trigger surfaces_notify after update or delete on surfaces
  for each row execute function notify_change('surface');

-- A surface's public name. It is no secret, so it is stored as it is; taking it back is one row set to inactive.
create table client_tokens (
  id text primary key,
  owner_id text not null,
  workspace_id text not null,
  surface_id text not null,
  token text not null unique,
  is_active boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null,
  last_used_at timestamptz,
  seen_in_url_at timestamptz,
  unique (workspace_id, id),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, surface_id) references surfaces (workspace_id, id)
);
create unique index client_tokens_one_active on client_tokens (surface_id) where is_active;

alter table client_tokens enable row level security;
alter table client_tokens force row level security;
create policy workspace_owns on client_tokens to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on client_tokens to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_touches on client_tokens to microapp_system using (true) with check (true);
create policy lookup_reads on client_tokens for select to microapp_lookup using (true);
grant select on client_tokens to microapp_workspace;
grant select, insert on client_tokens to microapp_owner;
grant update (is_active) on client_tokens to microapp_owner;
grant select (id, last_used_at, seen_in_url_at), update (last_used_at, seen_in_url_at) on client_tokens to microapp_system;
grant select (id, owner_id, workspace_id, token) on client_tokens to microapp_lookup;

create trigger client_tokens_notify after update of is_active, token, version or delete on client_tokens
  for each row execute function notify_change('client_token');
