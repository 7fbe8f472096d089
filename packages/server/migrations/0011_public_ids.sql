-- A frame document is asked for by a public id, before any credential is seen. Like the look-ups by secret, these answer
-- with identifiers only; the list of origins is then read inside the tenant's own wall. What stands behind a surface is
-- its active client token, so a surface that is deleted or has lost its token has nothing behind it.
grant select (surface_id, is_active) on client_tokens to microapp_lookup;
set local role microapp_lookup;

create function lookup.client_token_of_surface(surface text) returns table (id text, owner_id text, workspace_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.id, t.owner_id, t.workspace_id from public.client_tokens t where t.surface_id = surface and t.is_active
$$;

create function lookup.embed_token_by_id(token_id text) returns table (id text, owner_id text, workspace_id text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.id, t.owner_id, t.workspace_id from public.embed_tokens t where t.id = token_id
$$;

revoke all on function lookup.client_token_of_surface(text), lookup.embed_token_by_id(text) from public;
grant execute on function lookup.client_token_of_surface(text), lookup.embed_token_by_id(text) to microapp_system;
reset role;
