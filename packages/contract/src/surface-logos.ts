import Type from 'typebox';
import { Nullable } from './http.ts';
import { logoBytesMax, logoSideMax, logoTypes } from './surface-logo-limits.ts';

/** The scheme that a logo is drawn for. The light one shows in both, unless there is one for dark. */
export const LogoScheme = Type.Enum(['light', 'dark']);
export type LogoScheme = Type.Static<typeof LogoScheme>;

export const SurfaceLogoWanted = Type.Object(
  {
    image: Type.String({
      minLength: 1,
      description: `A PNG, JPEG or WebP in base64: at most ${logoBytesMax / 1024} kB, ${logoSideMax} pixels a side, and still. No SVG, which can carry scripts.`,
    }),
  },
  { additionalProperties: false },
);

export const SurfaceLogo = Type.Object({
  url: Type.String({
    description: 'On the host that serves frames; named by its content, and so never another picture.',
  }),
  mediaType: Type.Enum([...logoTypes]),
  width: Type.Integer({ description: 'Pixels.' }),
  height: Type.Integer({ description: 'Pixels.' }),
});
export type SurfaceLogo = Type.Static<typeof SurfaceLogo>;

export const SurfaceLogos = Type.Object({ light: Nullable(SurfaceLogo), dark: Nullable(SurfaceLogo) });
