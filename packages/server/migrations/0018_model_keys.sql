-- Which model is asked when a step names none. Null for keys from before, and for providers that have a usual one.
alter table provider_keys add column default_model text;
grant update (default_model) on provider_keys to microapp_owner;

-- A run happens inside a workspace and uses its owner's key, so a workspace's transaction may read it: of its own owner,
-- as with apps, and, by a second policy that only narrows, while the key is active, so that a mistake in a query cannot
-- bring a withdrawn one back. It sees the columns that a call of the model needs and no others (not the owner's name for
-- the key, not its last characters), and the key itself only sealed: what opens it is not in the database. A look-up with
-- rights of its own would show the same columns for an owner that its caller names; here it is the transaction's own,
-- which no caller can name.
create policy workspace_of_the_owner on provider_keys for select to microapp_workspace
  using (owner_id = nullif(current_setting('app.owner_id', true), ''));
create policy workspace_sees_active on provider_keys as restrictive for select to microapp_workspace
  using (is_active and deleted_at is null);
grant select (id, provider, base_url, default_model, key_sealed, created_at) on provider_keys to microapp_workspace;
