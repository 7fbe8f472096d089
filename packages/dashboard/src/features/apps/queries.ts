import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { answerOf, api, ApiError } from '../../api/client.ts';
import { useList, type List } from '../../api/queries.ts';
import type { paths } from '../../api/schema.gen.ts';

type Get<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Answer } } } };
}
  ? Answer
  : never;

export type App = Get<'/v1/apps/{slug}'>;
export type AppKind = App['kind'];
export type AppVersion = Get<'/v1/apps/{slug}/versions'>['data'][number];
export type AppUses = Get<'/v1/apps/{slug}/uses'>;
export type AppFilter = NonNullable<paths['/v1/apps']['get']['parameters']['query']>;
export type AppChange = NonNullable<paths['/v1/apps/{slug}']['patch']['requestBody']>['content']['application/json'];

/** Where queries of apps begin, so that a change can make all of them ask again. */
const listKey = ['apps', 'list'];
const keyOf = (slug: string) => ['apps', 'one', slug];

export function useApps(filter: AppFilter): List<App> {
  return useList([...listKey, filter], (cursor) =>
    answerOf(api.GET('/v1/apps', { params: { query: { ...filter, ...cursor } } })),
  );
}

/** The owner's apps to choose from; the newest 200, of which more than a screen can offer. */
export function useAppChoices(): UseQueryResult<App[]> {
  return useQuery({
    queryKey: [...listKey, 'choices'],
    queryFn: async () => (await answerOf(api.GET('/v1/apps', { params: { query: { limit: '200' } } }))).data,
  });
}

export function useApp(slug: string) {
  return useQuery({
    queryKey: keyOf(slug),
    queryFn: async () => answerOf(api.GET('/v1/apps/{slug}', { params: { path: { slug } } })),
    // Sharing takes objects for equal whatever the order of their keys, which is the order of a form's fields.
    structuralSharing: false,
  });
}

export function useExamples() {
  return useQuery({
    queryKey: ['app-examples'],
    queryFn: async () => (await answerOf(api.GET('/v1/app-examples'))).data,
    staleTime: Infinity,
  });
}

export function useVersions(slug: string): List<AppVersion> {
  return useList([...keyOf(slug), 'versions'], (cursor) =>
    answerOf(api.GET('/v1/apps/{slug}/versions', { params: { path: { slug }, query: cursor } })),
  );
}

/** One published version, whose spec never changes; whether it is live may. Undefined asks for none. */
export function useVersion(slug: string, version: number | undefined) {
  return useQuery({
    queryKey: [...keyOf(slug), 'versions', version],
    queryFn: async () => readVersion(slug, version ?? 0),
    enabled: version !== undefined,
  });
}

async function readVersion(slug: string, version: number) {
  const path = { slug, version: String(version) };
  return answerOf(api.GET('/v1/apps/{slug}/versions/{version}', { params: { path } }));
}

/** The server's word for a draft that is another by now, among others. */
export function isConflict(error: Error | null): boolean {
  return error instanceof ApiError && error.code === 'conflict';
}

/** What changes an app answers with the app as it is then; where that was another than expected, it is read again. */
function useAppMutation<Input>(slug: string, change: (input: Input) => Promise<App>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    async onSuccess(app) {
      queries.setQueryData(keyOf(slug), app);
      await Promise.all([
        queries.invalidateQueries({ queryKey: listKey }),
        queries.invalidateQueries({ queryKey: [...keyOf(slug), 'versions'] }),
      ]);
    },
    async onError(error) {
      if (isConflict(error)) await queries.invalidateQueries({ queryKey: keyOf(slug) });
    },
  });
}

export function useChangeApp(slug: string) {
  return useAppMutation(slug, (body: AppChange) =>
    answerOf(api.PATCH('/v1/apps/{slug}', { params: { path: { slug } }, body })),
  );
}

/** Publishes the draft that was looked at, and no other: `conflict` where it is another by now. */
export function usePublishApp(slug: string) {
  return useAppMutation(slug, ({ draftTag }: App) =>
    answerOf(api.POST('/v1/apps/{slug}/publish', { params: { path: { slug } }, body: { draftTag } })),
  );
}

export function useRollBackApp(slug: string) {
  return useAppMutation(slug, (version: number) =>
    answerOf(api.POST('/v1/apps/{slug}/roll-back', { params: { path: { slug } }, body: { version } })),
  );
}

/** Makes the draft what a version is, unless it is another draft than the one that was looked at. */
export function useRestoreVersion({ slug, draftTag }: App) {
  return useAppMutation(slug, async (version: number) => {
    const { spec } = await readVersion(slug, version);
    return answerOf(api.PATCH('/v1/apps/{slug}', { params: { path: { slug } }, body: { spec, draftTag } }));
  });
}

export function useDeleteApp(slug: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => answerOf(api.DELETE('/v1/apps/{slug}', { params: { path: { slug } } })),
    async onSuccess() {
      queries.removeQueries({ queryKey: keyOf(slug) });
      await queries.invalidateQueries({ queryKey: listKey });
    },
  });
}

/** What embeds an app: asked for anew each time, since it decides what a person dares. */
export function readUses(slug: string): Promise<AppUses> {
  return answerOf(api.GET('/v1/apps/{slug}/uses', { params: { path: { slug } } }));
}
