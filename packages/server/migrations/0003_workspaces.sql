create table workspaces (
  id text primary key,
  owner_id text not null references owners (id),
  name text not null,
  status text not null default 'active' check (status in ('active', 'disabled')),
  portal_enabled boolean not null default false,
  features text[] not null default '{}',
  allowed_origins text[] not null default '{}',
  attributes jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  unique (owner_id, id)
);
create index workspaces_by_owner on workspaces (owner_id, created_at desc, id desc);

alter table workspaces enable row level security;
alter table workspaces force row level security;
create policy workspace_itself on workspaces to microapp_workspace
  using (id = nullif(current_setting('app.workspace_id', true), ''))
  with check (id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on workspaces to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select on workspaces to microapp_workspace;
grant select, insert on workspaces to microapp_owner;
grant update (name, status, portal_enabled, features, allowed_origins, attributes, updated_at, deleted_at)
  on workspaces to microapp_owner;

create trigger workspaces_notify after update or delete on workspaces
  for each row execute function notify_change('workspace');
