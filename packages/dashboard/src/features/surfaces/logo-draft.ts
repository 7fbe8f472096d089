import { logoBytesMax, logoSideMax, logoTypes, type LogoScheme } from '@microapp/contract';
import type { Surface } from './queries.ts';
import type { Theme } from './theme-draft.ts';

/** A picture that somebody has chosen and not saved. */
export type ChosenLogo = {
  /** Its bytes, as the server takes them. */
  base64: string;
  /** How the frame shows it meanwhile: drawn anew, because a message to a frame is shorter than a picture may be. */
  preview: string;
};

/** What is to become of the logos: another one, none, or, where nothing is said, what there is. */
export type LogosDraft = Readonly<Partial<Record<LogoScheme, ChosenLogo | 'removed'>>>;

export const logoSchemes: readonly LogoScheme[] = ['light', 'dark'];

/** Twice what a frame shows, for sharp screens. */
const previewHeight = 80;
/** Characters; two of them and the rest of a theme go into one message. */
const previewLengthMax = 24 * 1024;

/** What a frame is told, which has been told of the saved ones before. */
export function logoTokensOf(saved: Surface['logos'], draft: LogosDraft): Theme {
  const addressOf = (scheme: LogoScheme): string => {
    const chosen = draft[scheme];
    if (chosen === 'removed') return '';
    const { [scheme]: logo } = saved;
    return chosen?.preview ?? (logo === null ? '' : new URL(logo.url).pathname);
  };
  return { logo: addressOf('light'), 'logo-dark': addressOf('dark') };
}

/** Takes a file for a logo. Rejects with a sentence for what the server would refuse, or the browser cannot show. */
export async function chooseLogo(file: File): Promise<ChosenLogo> {
  if (/svg/.test(file.type)) throw new Error('An SVG can carry scripts. Export it as a PNG, 80 pixels high.');
  if (!logoTypes.some((type) => type === file.type)) throw new Error('Choose a PNG, a JPEG or a WebP.');
  if (file.size > logoBytesMax) {
    throw new Error(
      `The picture is larger than ${logoBytesMax / 1024} kB. Save it smaller: 80 pixels are high enough.`,
    );
  }
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error('The picture is damaged and cannot be read. Save it again.');
  });
  try {
    if (Math.max(picture.width, picture.height) > logoSideMax) {
      throw new Error(`The picture has more than ${logoSideMax} pixels a side. Save it smaller.`);
    }
    return { base64: base64Of(new Uint8Array(await file.arrayBuffer())), preview: previewOf(picture) };
  } finally {
    picture.close();
  }
}

function previewOf(picture: ImageBitmap): string {
  for (let height = Math.min(previewHeight, picture.height); ; height = Math.floor(height / 2)) {
    const canvas = document.createElement('canvas');
    canvas.height = Math.max(1, height);
    canvas.width = Math.max(1, Math.round((picture.width * canvas.height) / picture.height));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const address = canvas.toDataURL('image/webp');
    if (address.length <= previewLengthMax || height <= 1) return address;
  }
}

/** As JSON carries bytes. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  // In parts: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
