-- On which pages a surface was seen, and which tried and are not on its list: "we saw your page at …", and "www is
-- missing". Written behind, in batches of many workspaces; so many of each kind are kept per surface.
create table surface_sightings (
  owner_id text not null,
  workspace_id text not null,
  surface_id text not null,
  origin text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  outcome text not null check (outcome in ('allowed', 'refused')),
  primary key (surface_id, origin),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, surface_id) references surfaces (workspace_id, id)
);

alter table surface_sightings enable row level security;
alter table surface_sightings force row level security;
create policy workspace_owns on surface_sightings to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on surface_sightings to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_records on surface_sightings to microapp_system using (true) with check (true);
grant select on surface_sightings to microapp_workspace, microapp_owner;
grant select, insert, delete on surface_sightings to microapp_system;
grant update (first_seen_at, last_seen_at, outcome) on surface_sightings to microapp_system;
