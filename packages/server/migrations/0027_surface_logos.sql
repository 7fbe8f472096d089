-- A surface's logo, for light and for dark. The surface says which picture it is, and is read with every session; the
-- bytes lie apart, and are read by whoever asks for the picture.
alter table surfaces add column logos jsonb not null default '{}';
grant update (logos) on surfaces to microapp_owner;

create table surface_logos (
  owner_id text not null,
  workspace_id text not null,
  surface_id text not null,
  scheme text not null check (scheme in ('light', 'dark')),
  -- its name in addresses, made of its content
  file text not null,
  media_type text not null check (media_type in ('image/png', 'image/jpeg', 'image/webp')),
  bytes bytea not null check (octet_length(bytes) <= 262144),
  primary key (surface_id, scheme),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, surface_id) references surfaces (workspace_id, id)
);

alter table surface_logos enable row level security;
alter table surface_logos force row level security;
create policy workspace_owns on surface_logos to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on surface_logos to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
grant select on surface_logos to microapp_workspace;
grant select, insert, delete on surface_logos to microapp_owner;
grant update (file, media_type, bytes) on surface_logos to microapp_owner;
