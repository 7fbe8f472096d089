-- Where a token is used, and where somebody tried to: so that an owner who rotates it finds every page that has it, and
-- sees a page that should not. Written behind, in batches of many workspaces; never more than a hundred per token.
create table embed_token_origins (
  owner_id text not null,
  workspace_id text not null,
  embed_token_id text not null,
  origin text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  accepted_count bigint not null,
  refused_count bigint not null,
  primary key (embed_token_id, origin),
  foreign key (owner_id, workspace_id) references workspaces (owner_id, id),
  foreign key (workspace_id, embed_token_id) references embed_tokens (workspace_id, id)
);

alter table embed_token_origins enable row level security;
alter table embed_token_origins force row level security;
create policy workspace_owns on embed_token_origins to microapp_workspace
  using (workspace_id = nullif(current_setting('app.workspace_id', true), ''))
  with check (workspace_id = nullif(current_setting('app.workspace_id', true), ''));
create policy owner_owns on embed_token_origins to microapp_owner
  using (owner_id = nullif(current_setting('app.owner_id', true), ''))
  with check (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy system_records on embed_token_origins to microapp_system using (true) with check (true);
grant select on embed_token_origins to microapp_workspace, microapp_owner;
grant select, insert, delete on embed_token_origins to microapp_system;
grant update (last_seen_at, accepted_count, refused_count) on embed_token_origins to microapp_system;
