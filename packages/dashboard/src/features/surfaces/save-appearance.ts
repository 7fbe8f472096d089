import type { LogoScheme } from '@microapp/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { logoSchemes, type LogosDraft } from './logo-draft.ts';
import type { Surface, SurfaceChange } from './queries.ts';

/** How a widget looks and speaks. What is absent stays as it is. */
type AppearanceChange = { change: SurfaceChange | undefined; logos: LogosDraft };

/** A logo that the server refused, and which. */
export class LogoRefused extends Error {
  override readonly name = 'LogoRefused';
  readonly scheme: LogoScheme;
  override readonly cause: Error;

  constructor(scheme: LogoScheme, cause: Error) {
    super(cause.message);
    this.scheme = scheme;
    this.cause = cause;
  }
}

/** Colors and texts first, then the pictures one by one: colors and texts are not sent again when a picture fails. */
async function saveAppearance(id: string, { change, logos }: AppearanceChange): Promise<Surface> {
  if (change !== undefined) await answerOf(api.PATCH('/v1/surfaces/{id}', { params: { path: { id } }, body: change }));
  for (const scheme of logoSchemes) {
    const wanted = logos[scheme];
    const params = { path: { id, scheme } };
    if (wanted === 'removed') await answerOf(api.DELETE('/v1/surfaces/{id}/logos/{scheme}', { params }));
    else if (wanted !== undefined) {
      const body = { image: wanted.base64 };
      await answerOf(api.PUT('/v1/surfaces/{id}/logos/{scheme}', { params, body })).catch((error: unknown) => {
        throw error instanceof Error ? new LogoRefused(scheme, error) : error;
      });
    }
  }
  return answerOf(api.GET('/v1/surfaces/{id}', { params: { path: { id } } }));
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
