/** Bytes of a logo, before base64. */
export const logoBytesMax = 256 * 1024;

/** Pixels of each side: a browser unpacks four bytes for every one of them. */
export const logoSideMax = 2048;

export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type LogoType = (typeof logoTypes)[number];
