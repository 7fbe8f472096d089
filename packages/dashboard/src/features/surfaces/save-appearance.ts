import type { LogoScheme } from '@microapp/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { logoSchemes, type ChosenLogo, type LogosDraft } from './logo-draft.ts';
import type { Surface, SurfaceChange } from './queries.ts';

/** How a widget looks and speaks. What is absent stays as it is. */
type AppearanceChange = { change: SurfaceChange | undefined; logos: LogosDraft };

/** A logo that the server refused, and which; `saved` are those that it has taken before. */
export class LogoRefused extends Error {
  override readonly name = 'LogoRefused';
  readonly scheme: LogoScheme;
  readonly saved: LogosDraft;
  override readonly cause: Error;

  constructor({ scheme, saved, cause }: { scheme: LogoScheme; saved: LogosDraft; cause: Error }) {
    super(cause.message);
    this.scheme = scheme;
    this.saved = saved;
    this.cause = cause;
  }
}

/** Colors and texts first, then the pictures one by one: what was taken is not sent again when a picture fails. */
async function saveAppearance(id: string, { change, logos }: AppearanceChange): Promise<Surface> {
  if (change !== undefined) await answerOf(api.PATCH('/v1/surfaces/{id}', { params: { path: { id } }, body: change }));
  let saved: LogosDraft = {};
  for (const scheme of logoSchemes) {
    const wanted = logos[scheme];
    if (wanted === undefined) continue;
    try {
      await saveLogo({ id, scheme }, wanted);
    } catch (error) {
      throw error instanceof Error ? new LogoRefused({ scheme, saved, cause: error }) : error;
    }
    saved = { ...saved, [scheme]: wanted };
  }
  return answerOf(api.GET('/v1/surfaces/{id}', { params: { path: { id } } }));
}

async function saveLogo(path: { id: string; scheme: LogoScheme }, wanted: ChosenLogo | 'removed'): Promise<void> {
  if (wanted === 'removed') await answerOf(api.DELETE('/v1/surfaces/{id}/logos/{scheme}', { params: { path } }));
  else {
    const body = { image: wanted.base64 };
    await answerOf(api.PUT('/v1/surfaces/{id}/logos/{scheme}', { params: { path }, body }));
  }
}

/** Saves a surface's appearance, and brings the screens up to date. */
export function useSaveAppearance(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: AppearanceChange) => saveAppearance(id, wanted),
    async onSuccess(surface) {
      queries.setQueryData(['surfaces', id], surface);
      await queries.invalidateQueries({ queryKey: ['surfaces', 'list'] });
    },
    // A part may have been saved before another one failed.
    onError: () => queries.invalidateQueries({ queryKey: ['surfaces', id] }),
  });
}
