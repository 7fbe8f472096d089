import type { LogoScheme } from '@microapp/contract';

/** Where a logo is served, on the host of the frames: under its content's name, so it can be kept for ever. */
export function logoPath(surfaceId: string, file: string): string {
  return `/embed/surfaces/${surfaceId}/logos/${file}`;
}

/** The logos of a surface as tokens of its theme, which is how a frame is told of them. */
export function logoTokens({
  surfaceId,
  logos: { light, dark },
}: {
  surfaceId: string | undefined;
  logos: Partial<Record<LogoScheme, { file: string }>>;
}): Record<string, string> {
  if (surfaceId === undefined) return {};
  return {
    ...(light && { logo: logoPath(surfaceId, light.file) }),
    ...(dark && { 'logo-dark': logoPath(surfaceId, dark.file) }),
  };
}
