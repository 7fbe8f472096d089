-- An app belongs to an owner, not to a workspace: a workspace may read its owner's apps and change none.
create table apps (
  id text primary key,
  owner_id text not null references owners (id),
  slug text not null,
  kind text not null check (kind in ('tool', 'chat', 'lead_form', 'voice', 'insights', 'replay')),
  name text not null,
  description text not null default '',
  status text not null default 'draft' check (status in ('draft', 'live')),
  public_runs boolean not null default false,
  -- json, not jsonb, which would forget the order of the fields that a form is drawn in
  draft_spec json not null,
  live_version integer,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  unique (owner_id, id),
  check (status = 'draft' or live_version is not null)
);
create unique index apps_slug on apps (slug) where deleted_at is null;
create index apps_by_owner on apps (owner_id, created_at desc, id desc);

alter table apps enable row level security;
alter table apps force row level security;
create policy owner_owns on apps to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy workspace_of_the_owner on apps for select to microapp_workspace
  using (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select on apps to microapp_workspace;
grant select, insert on apps to microapp_owner;
grant update (name, description, status, public_runs, draft_spec, live_version, updated_at, deleted_at)
  on apps to microapp_owner;

create trigger apps_notify after update or delete on apps
  for each row execute function notify_change('app');

create table app_versions (
  owner_id text not null,
  app_id text not null,
  version integer not null,
  spec json not null,
  published_at timestamptz not null,
  primary key (app_id, version),
  foreign key (owner_id, app_id) references apps (owner_id, id)
);

alter table app_versions enable row level security;
alter table app_versions force row level security;
create policy owner_owns on app_versions to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy workspace_of_the_owner on app_versions for select to microapp_workspace
  using (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select on app_versions to microapp_workspace;
grant select, insert on app_versions to microapp_owner;
