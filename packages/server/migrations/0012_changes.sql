-- Changes get numbers. A number is taken by updating one row, whose lock is held to the commit: numbers are committed in
-- their order and without gaps, so whoever has heard of number n has heard of everything that was committed before it.
-- (A sequence promises neither: a later number may commit first, and a rollback leaves a hole.)
--
-- The triggers are deferred: the row's lock is the last that a transaction takes, so nothing waits for it while holding it.
create table change_counter (
  is_only boolean primary key default true check (is_only),
  value bigint not null
);
insert into change_counter (value) values (0);
grant select on change_counter to microapp_system;

-- The processes that may be answering from memory. `applied` is the last change that one has followed; `renewals` grows
-- with every lease that it was given, so that a row that stands still for a whole lease belongs to nobody who trusts
-- what it remembers. No time of day is stored: each process measures with its own clock, which only has to run evenly.
create table instances (
  id text primary key,
  applied bigint not null,
  renewals bigint not null
);
grant select, delete on instances to microapp_system;

-- As the tables' owner, because every role that changes something takes a number, and none may write the counter.
create or replace function notify_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  number bigint;
begin
  update public.change_counter set value = value + 1 returning value into strict number;
  perform pg_notify('microapp_change', number || ':' || tg_argv[0] || ':' || coalesce(new.id, old.id));
  return null;
end
$$;
revoke all on function notify_change() from public;

-- Asks for a lease. The counter's row is locked for it, so a lease is given wholly before or wholly after a change is
-- committed, and only to an instance that has followed every change: one that lags gets none. Without a number the
-- instance says that it remembers nothing, and begins at the counter.
create function renew_lease(instance text, followed bigint) returns table (latest bigint, renewed boolean)
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  select counter.value into strict latest from public.change_counter counter for share;
  renewed := coalesce(followed, latest) = latest;
  if renewed then
    insert into public.instances as known (id, applied, renewals) values (instance, latest, 1)
      on conflict (id) do update set applied = latest, renewals = known.renewals + 1;
  else
    update public.instances known set applied = followed where known.id = instance;
  end if;
  return next;
end
$$;
revoke all on function renew_lease(text, bigint) from public;
grant execute on function renew_lease(text, bigint) to microapp_system;

-- Every column that decides what a credential may do, and none that is written while it is used.
drop trigger owners_notify on owners;
create constraint trigger owners_notify after update or delete on owners
  deferrable initially deferred for each row execute function notify_change('owner');

drop trigger owner_keys_notify on owner_keys;
create constraint trigger owner_keys_notify after update of label, secret_hash, version, revoked_at or delete on owner_keys
  deferrable initially deferred for each row execute function notify_change('owner_key');

drop trigger workspaces_notify on workspaces;
create constraint trigger workspaces_notify after update or delete on workspaces
  deferrable initially deferred for each row execute function notify_change('workspace');

drop trigger apps_notify on apps;
create constraint trigger apps_notify after update or delete on apps
  deferrable initially deferred for each row execute function notify_change('app');

drop trigger embed_tokens_notify on embed_tokens;
create constraint trigger embed_tokens_notify
  after update of label, apps, permissions, allowed_origins, use, secret_hash, version, expires_at, revoked_at or delete
  on embed_tokens
  deferrable initially deferred for each row execute function notify_change('embed_token');

drop trigger surfaces_notify on surfaces;
create constraint trigger surfaces_notify after update or delete on surfaces
  deferrable initially deferred for each row execute function notify_change('surface');

drop trigger client_tokens_notify on client_tokens;
create constraint trigger client_tokens_notify after update of token, is_active, version or delete on client_tokens
  deferrable initially deferred for each row execute function notify_change('client_token');

-- A new key is news as well: sessions that another instance signs with it must be known here.
create constraint trigger signing_keys_notify after insert or update or delete on signing_keys
  deferrable initially deferred for each row execute function notify_change('signing_key');
