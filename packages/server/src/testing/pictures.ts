import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

/** A PNG of one color, which is transparent black. */
export function pngOf(width: number, height: number): Buffer {
  return PNG.sync.write(new PNG({ width, height }));
}

/** A PNG of one color. */
export function plainPngOf(
  width: number,
  height: number,
  [red, green, blue]: readonly [number, number, number],
): Buffer {
  const image = new PNG({ width, height });
  for (let at = 0; at < image.data.length; at += 4) image.data.set([red, green, blue, 255], at);
  return PNG.sync.write(image);
}

/** A PNG of every other color, which nothing makes smaller. */
export function noisyPngOf(width: number, height: number): Buffer {
  const image = new PNG({ width, height });
  let state = 1;
  for (let at = 0; at < image.data.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    image.data[at] = state >>> 24;
  }
  return PNG.sync.write(image);
}

export function jpegOf(width: number, height: number): Buffer {
  return jpeg.encode({ width, height, data: Buffer.alloc(width * height * 4, 200) }, 80).data;
}

/** One pixel each, as WebP's own encoder writes them. */
export const losslessWebp = Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64');
export const lossyWebp = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64');

/** The header of an extended WebP, such as has an alpha channel, and nothing in it. */
export function extendedWebp(width: number, height: number, { moves = false } = {}): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(22, 4);
  bytes.write('WEBPVP8X', 8);
  bytes.writeUInt32LE(10, 16);
  bytes.writeUInt8(moves ? 0x12 : 0x10, 20);
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  return bytes;
}
