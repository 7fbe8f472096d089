-- A preview of what somebody is typing: a spec that nobody has saved, in the place of one app's draft or version. It was
-- checked as one that is saved, and goes with its preview. As text, as a draft is: a form is drawn in the order of its fields.
alter table previews
  add column spec json,
  add constraint previews_spec_of_one_app check (spec is null or (shows = 'draft' and cardinality(apps) = 1));
