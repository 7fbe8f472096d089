-- What the dashboard shows in a real frame before it is published: an app's draft, or a surface as its customer sees it.
-- A preview stands behind embed sessions as a credential does, but has no secret: only a ticket leads to one. It never
-- changes, ends by itself, and is worth nothing any more when whoever made it may manage nothing any more.
create table previews (
  id text primary key,
  owner_id text not null,
  workspace_id text not null,
  surface_id text,
  apps text[] not null check (cardinality(apps) > 0),
  permissions text[] not null check (cardinality(permissions) > 0),
  shows text not null check (shows in ('draft', 'live')),
  -- the dashboard's own: no other page can show it
  origin text not null,
  made_by_class text not null check (made_by_class in ('owner_key', 'member', 'oidc_user')),
  made_by_id text not null,
  -- of an owner key: a rotated one has another
  made_by_version integer,
  -- where the dashboard made it, its session: signing out ends the preview
  dashboard_session_id text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  unique (workspace_id, id),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, surface_id) references surfaces (workspace_id, id)
);
create index previews_by_expiry on previews (expires_at);

alter table previews enable row level security;
alter table previews force row level security;
create policy workspace_owns on previews to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on previews to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_sweeps on previews to microapp_system using (true) with check (true);
grant select, insert on previews to microapp_workspace;
grant select on previews to microapp_owner;
grant select (expires_at), delete on previews to microapp_system;

alter table embed_tickets
  drop constraint embed_tickets_credential_class_check,
  add constraint embed_tickets_credential_class_check
    check (credential_class in ('embed_token', 'client_token', 'preview'));
