-- When somebody last looked through a customer's embed tokens. Its own statement of the workspace, because it changes
-- nothing that a credential depends on.
alter table workspaces add column embed_tokens_reviewed_at timestamptz;
grant update (embed_tokens_reviewed_at) on workspaces to microapp_owner;

-- The list of customers, narrowed by their state.
create index workspaces_by_status on workspaces (owner_id, status, created_at desc, id desc);
