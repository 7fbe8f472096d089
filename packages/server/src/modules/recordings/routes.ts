import {
  RecordedEntry,
  RecordedSession,
  RecordedSessionFacets,
  RecordedSessionsQuery,
  SessionIdAsked,
} from '@microapp/contract';
import Type from 'typebox';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { presentEntry, presentRecording } from './present.ts';
import { appsOf, mayList, mayRead } from './reach.ts';
import { readRecording, readRecordingEntries } from './read.ts';
import { countRecordingsByApp, selectRecordings, type EntryKind } from './store.ts';

/** The same for all of them: who may call, from where, and that it is written down. */
const common = { method: 'GET', scope: 'apiKey', tag: 'Sessions', cors: true, accessLogged: true } as const;
const limitDefault = 50;

export function recordingRoutes(): Route[] {
  return [
    defineRoute({
      ...common,
      path: '/v1/sessions',
      summary: 'Recorded sessions, newest first',
      query: RecordedSessionsQuery,
      response: Type.Array(RecordedSession),
      authorize: mayList,
      async operation({ tx, principal, query }) {
        const limit = query.limit === undefined ? limitDefault : Number(query.limit);
        const rows = await selectRecordings(tx, appsOf(principal, query.appId), limit);
        return rows.map(presentRecording);
      },
    }),
    defineRoute({
      ...common,
      path: '/v1/sessions/facets',
      summary: 'What recorded sessions can be narrowed by',
      response: RecordedSessionFacets,
      authorize: mayList,
      async operation({ tx, principal }) {
        const counts = await countRecordingsByApp(tx, appsOf(principal, undefined));
        return { apps: counts.map(({ app, recordings }) => ({ appId: app, sessions: recordings })) };
      },
    }),
    defineRoute({
      ...common,
      path: '/v1/sessions/:id',
      summary: 'One recorded session',
      params: SessionIdAsked,
      response: RecordedSession,
      errors: ['not_found'],
      authorize: mayRead,
      async operation({ tx, principal, params }) {
        return presentRecording(await readRecording(tx, principal, params.id));
      },
    }),
    entriesRoute('events', { kind: 'event', summary: 'What happened on the pages of a recorded session' }),
    entriesRoute('logs', { kind: 'log', summary: 'Console and network of a recorded session' }),
    entriesRoute('chat', { kind: 'chat', summary: 'The conversation of a recorded session' }),
  ];
}

function entriesRoute(name: string, { kind, summary }: { kind: EntryKind; summary: string }): Route {
  return defineRoute({
    ...common,
    path: `/v1/sessions/:id/${name}`,
    summary,
    params: SessionIdAsked,
    response: Type.Array(RecordedEntry),
    errors: ['not_found'],
    authorize: mayRead,
    async operation({ tx, principal, params }) {
      const rows = await readRecordingEntries(tx, principal, { id: params.id, kind });
      return rows.map(presentEntry);
    },
  });
}
