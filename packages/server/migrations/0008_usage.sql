create table runs (
  id text primary key,
  owner_id text not null,
  workspace_id text not null,
  app_id text not null,
  app_version integer not null,
  surface_id text,
  credential_class text not null,
  credential_id text not null,
  origin text,
  status text not null check (status in ('ok', 'failed')),
  error_code text,
  -- for the owner's eyes: which step failed and what it said
  error_detail text,
  duration_ms double precision not null,
  started_at timestamptz not null,
  request_id text not null,
  unique (workspace_id, id),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (owner_id, app_id) references apps (owner_id, id),
  foreign key (workspace_id, surface_id) references surfaces (workspace_id, id)
);
create index runs_by_owner on runs (owner_id, started_at desc, id desc);
create index runs_by_workspace on runs (workspace_id, started_at desc, id desc);

alter table runs enable row level security;
alter table runs force row level security;
create policy workspace_owns on runs to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on runs to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select, insert on runs to microapp_workspace;
grant select on runs to microapp_owner;

-- Days are UTC days.
create table usage_daily (
  owner_id text not null,
  workspace_id text not null,
  app_id text not null,
  day date not null,
  runs integer not null default 0,
  failed_runs integer not null default 0,
  primary key (workspace_id, app_id, day),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (owner_id, app_id) references apps (owner_id, id)
);
create index usage_daily_by_owner on usage_daily (owner_id, day desc);

alter table usage_daily enable row level security;
alter table usage_daily force row level security;
create policy workspace_owns on usage_daily to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on usage_daily to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select, insert on usage_daily to microapp_workspace;
grant update (runs, failed_runs) on usage_daily to microapp_workspace;
grant select on usage_daily to microapp_owner;
