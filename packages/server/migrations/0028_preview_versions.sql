-- A preview of what was published before: one version of one app in the place of its draft, whatever is live by now.
alter table previews
  add column app_version integer check (app_version > 0),
  add constraint previews_version_of_one_app
    check (app_version is null or (shows = 'draft' and cardinality(apps) = 1));
