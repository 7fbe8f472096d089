import { App, AppRollBack, AppVersion, AppVersionWithSpec, ListOf, pageQuery } from '@microapp/contract';
import { Slug, VersionInPath } from '@microapp/contract';
import Type from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, pageOf, toPage, type Route } from '../../platform/http/index.ts';
import type { Random } from '../../platform/random.ts';
import { recordAudit } from '../audit/index.ts';
import type { AppKinds } from './check.ts';
import { presentApp, presentVersion } from './present.ts';
import { rollBackApp } from './roll-back.ts';
import { findApp, findVersion, selectChangedDrafts, selectVersions } from './store.ts';

const tag = 'Apps';

/** What was published, and the way back to it. */
export function versionRoutes(deps: { clock: Clock; random: Random; kinds: AppKinds; liveToolsMax: number }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/apps/:slug/versions',
      scope: 'owner',
      tag,
      summary: 'What was published of an app, newest first',
      params: Type.Object({ slug: Slug }),
      query: Type.Object(pageQuery),
      response: ListOf(AppVersion),
      errors: ['not_found'],
      async operation({ tx, params, query }) {
        const app = await findApp(tx, params.slug);
        if (app === undefined) throw notFound('app');
        const page = pageOf(query, 'number');
        const rows = await selectVersions(tx, app.id, page);
        return toPage(rows, page, {
          startOf: ({ published_at, version }) => ({ at: published_at, id: String(version) }),
          present: (row) => presentVersion(app, row),
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/apps/:slug/versions/:version',
      scope: 'owner',
      tag,
      summary: 'One version of an app, with its spec',
      params: Type.Object({ slug: Slug, version: VersionInPath }),
      response: AppVersionWithSpec,
      errors: ['not_found'],
      async operation({ tx, params }) {
        const app = await findApp(tx, params.slug);
        if (app === undefined) throw notFound('app');
        const row = await findVersion(tx, app.id, Number(params.version));
        if (row === undefined) throw notFound('version of this app');
        return { ...presentVersion(app, row), spec: row.spec };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/apps/:slug/roll-back',
      scope: 'owner',
      tag,
      summary: 'Put an earlier version live at once; the draft stays as it is',
      status: 200,
      params: Type.Object({ slug: Slug }),
      body: AppRollBack,
      response: App,
      errors: ['not_found', 'conflict', 'spec_not_allowed_for_public'],
      async operation(call) {
        const { before, row, isChanged } = await rollBackApp(deps, call.tx, { ...call.params, ...call.body });
        if (isChanged) {
          await recordAudit(deps, call, {
            event: 'app.rolled-back',
            targetId: row.id,
            detail: { from: before.live_version, version: row.live_version },
          });
        }
        return presentApp(row, await selectChangedDrafts(call.tx, [row.id]));
      },
    }),
  ];
}
