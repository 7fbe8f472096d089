import {
  App,
  AppChange,
  AppCreate,
  AppPublish,
  AppsQuery,
  AppUses,
  ListOf,
  Slug,
  type AppKind,
} from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import { changeApp } from './change.ts';
import { checkSlug, checkSpec, specBytesMax, type AppKinds } from './check.ts';
import { createApp } from './create.ts';
import { deleteApp } from './delete.ts';
import { presentApp } from './present.ts';
import { publishApp } from './publish.ts';
import { findApp, selectApps, selectChangedDrafts } from './store.ts';
import { readAppUses } from './uses.ts';
import { versionRoutes } from './version-routes.ts';

const tag = 'Apps';
const bySlug = Type.Object({ slug: Slug });

export type AppRouteDeps = {
  clock: Clock;
  random: Random;
  db: Database;
  kinds: AppKinds;
  /** How many tools an owner may have live at a time. */
  liveToolsMax: number;
};

export function appRoutes(deps: AppRouteDeps): Route[] {
  return [
    ...versionRoutes(deps),
    defineRoute({
      method: 'POST',
      path: '/v1/apps',
      scope: 'owner',
      tag,
      summary: 'Make an app as a draft',
      body: AppCreate,
      bodyBytesMax: specBytesMax,
      response: App,
      errors: ['conflict'],
      async longOperation({ principal, body, request }) {
        checkSlug(body.slug);
        await checkSpec(deps.kinds, body.kind, body.spec);
        return deps.db.withOwner(principal, async (tx) => {
          const row = await createApp(deps, tx, {
            ...body,
            ownerId: principal.ownerId,
            description: body.description ?? '',
          });
          await recordAudit(deps, { tx, principal, request }, { event: 'app.created', targetId: row.id });
          return presentApp(row, await selectChangedDrafts(tx, [row.id]));
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/apps',
      scope: 'owner',
      tag,
      summary: 'Apps, newest first',
      query: AppsQuery,
      response: ListOf(App),
      async operation({ tx, query }) {
        const page = pageOf(query);
        const { kind, status, search } = query;
        const rows = await selectApps(tx, page, {
          ...(kind === undefined ? {} : { kind }),
          ...(status === undefined ? {} : { status }),
          ...(search === undefined ? {} : { search }),
        });
        const changed = await selectChangedDrafts(
          tx,
          rows.map(({ id }) => id),
        );
        return toPage(rows, page, {
          startOf: (row) => ({ at: row.created_at, id: row.id }),
          present: (row) => presentApp(row, changed),
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/apps/:slug',
      scope: 'owner',
      tag,
      summary: 'One app',
      params: bySlug,
      response: App,
      errors: ['not_found'],
      async operation({ tx, params }) {
        const row = await findApp(tx, params.slug);
        if (row === undefined) throw notFound('app');
        return presentApp(row, await selectChangedDrafts(tx, [row.id]));
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/apps/:slug/uses',
      scope: 'owner',
      tag,
      summary: 'What embeds an app: its surfaces, and its embed tokens that are in force',
      params: bySlug,
      response: AppUses,
      errors: ['not_found'],
      operation: ({ tx, params }) => readAppUses(deps, tx, params.slug),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/apps/:slug',
      scope: 'owner',
      tag,
      summary: 'Change an app; a new spec is a draft until it is published',
      params: bySlug,
      body: AppChange,
      bodyBytesMax: specBytesMax,
      response: App,
      errors: ['not_found', 'conflict', 'spec_not_allowed_for_public'],
      async longOperation({ principal, params, body, request }) {
        if (body.spec !== undefined) {
          const app = await deps.db.withOwner(principal, (tx) => findApp(tx, params.slug));
          if (app === undefined) throw notFound('app');
          await checkSpec(deps.kinds, app.kind as AppKind, body.spec); // the table's own check
        }
        return deps.db.withOwner(principal, async (tx) => {
          const row = await changeApp(deps, tx, { slug: params.slug, change: body });
          const { publicRuns } = body;
          const detail = { fields: Object.keys(body), ...(publicRuns === undefined ? {} : { publicRuns }) };
          await recordAudit(deps, { tx, principal, request }, { event: 'app.changed', targetId: row.id, detail });
          return presentApp(row, await selectChangedDrafts(tx, [row.id]));
        });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/apps/:slug/publish',
      scope: 'owner',
      tag,
      summary: 'Make the draft the next version and put it live',
      status: 200,
      params: bySlug,
      body: AppPublish,
      bodyIsOptional: true,
      response: App,
      errors: ['not_found', 'conflict', 'spec_not_allowed_for_public'],
      async longOperation({ principal, params, body: { draftTag }, request }) {
        const app = await deps.db.withOwner(principal, (tx) => findApp(tx, params.slug));
        if (app === undefined) throw notFound('app');
        // Again: it may have been saved under an earlier release, which asked for less.
        await checkSpec(deps.kinds, app.kind as AppKind, app.draft_spec); // the table's own check
        return deps.db.withOwner(principal, async (tx) => {
          const row = await publishApp(deps, tx, { slug: params.slug, draft: app.draft_spec, seen: draftTag });
          await recordAudit(
            deps,
            { tx, principal, request },
            { event: 'app.published', targetId: row.id, detail: { version: row.live_version } },
          );
          return presentApp(row, await selectChangedDrafts(tx, [row.id]));
        });
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/apps/:slug',
      scope: 'owner',
      tag,
      summary: 'Take an app away',
      params: bySlug,
      errors: ['not_found'],
      async operation(call) {
        const id = await deleteApp(deps, call.tx, call.params.slug);
        if (id !== undefined) await recordAudit(deps, call, { event: 'app.deleted', targetId: id });
      },
    }),
  ];
}
