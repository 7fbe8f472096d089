-- Roles are cluster-wide and advisory locks are not, so two databases of one cluster may create them at the same
-- moment: whoever comes second finds them there, which is all that matters.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['microapp_workspace', 'microapp_owner', 'microapp_system', 'microapp_lookup'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin noinherit nosuperuser nobypassrls', wanted);
      exception
        when duplicate_object or unique_violation then null;
      end;
    end if;
  end loop;
end
$$;

-- The functions of microapp_lookup are created as that role, which the migrating role must be able to become. Having
-- created it is not enough since PostgreSQL 16: that gives the right to grant, not the right to set.
do $$
begin
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant microapp_lookup to %I', current_user);
  end if;
end
$$;

revoke all on schema public from public;
grant usage on schema public to microapp_workspace, microapp_owner, microapp_system, microapp_lookup;

-- Look-ups before the tenant is known: functions that answer with identifiers only, and see through the policies by
-- policies of their own instead of by privilege.
create schema lookup authorization microapp_lookup;
revoke all on schema lookup from public;
grant usage on schema lookup to microapp_system;

-- One channel tells every instance what has changed. The payload names the thing, never a secret.
create function notify_change() returns trigger
language plpgsql as $$
begin
  perform pg_notify('microapp_change', tg_argv[0] || ':' || coalesce(new.id, old.id));
  return null;
end
$$;
