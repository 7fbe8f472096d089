import { suggestionImageBytesMax } from '@microapp/contract';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import type { ColorUse } from './color-use.ts';
import { problemWith } from './problem.ts';

/** Decoding is work for this process: a logo is smaller, and a picture that pretends to be small must not get through. */
const megapixelsMax = 2;
const samplesMax = 40_000;
const decoderMegabytesMax = 64;

type Pixels = { width: number; height: number; data: Uint8Array };

/** The colors of a PNG or JPEG, each by its share of the picture. Throws `validation_failed` for anything else. */
export function readImage(base64: string): ColorUse[] {
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(base64)) throw problemWith('image', 'is not base64');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > suggestionImageBytesMax) throw problemWith('image', 'is larger than 2 MB; save a smaller one');
  return colorsOf(decode(bytes));
}

function decode(bytes: Buffer): Pixels {
  try {
    if (isPng(bytes)) return decodePng(bytes);
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes);
  } catch (cause) {
    if (cause instanceof Error && /maxResolutionInMP/.test(cause.message)) throw tooManyPixels();
    if (cause instanceof Error && cause.name === 'AppError') throw cause;
    throw problemWith('image', 'is damaged and cannot be read; save it again');
  }
  throw problemWith('image', 'is neither a PNG nor a JPEG; save the logo as one of these');
}

function isPng(bytes: Buffer): boolean {
  return (
    bytes.length > 33 && bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
  );
}

function decodePng(bytes: Buffer): Pixels {
  // Width, height and interlacing of the header chunk, before anything is unpacked.
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > megapixelsMax * 1e6) throw tooManyPixels();
  // The decoder bounds what it unpacks only for rows that come in order.
  if (bytes[28] !== 0) throw problemWith('image', 'is interlaced; save it without');
  return PNG.sync.read(bytes);
}

function decodeJpeg(bytes: Buffer): Pixels {
  return jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    maxResolutionInMP: megapixelsMax,
    maxMemoryUsageInMB: decoderMegabytesMax,
  });
}

function tooManyPixels(): Error {
  return problemWith('image', `has more than ${megapixelsMax} megapixels; save a smaller one`);
}

function colorsOf({ width, height, data }: Pixels): ColorUse[] {
  const counts = new Map<number, number>();
  const step = Math.max(1, Math.floor((width * height) / samplesMax));
  let total = 0;
  for (let pixel = 0; pixel < width * height; pixel += step) {
    const at = pixel * 4;
    if ((data[at + 3] ?? 0) < 128) continue;
    // To five bits a channel, so that the shades of an edge count for their color.
    const key = (bitsOf(data[at]) << 10) | (bitsOf(data[at + 1]) << 5) | bitsOf(data[at + 2]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    total += 1;
  }
  return [...counts].map(([key, count]) => ({
    color: `#${[key >> 10, (key >> 5) & 31, key & 31].map(channelOf).join('')}`,
    weight: (100 * count) / total,
    role: 'other',
  }));
}

function bitsOf(channel = 0): number {
  return channel >> 3;
}

function channelOf(bits: number): string {
  return Math.round((bits * 255) / 31)
    .toString(16)
    .padStart(2, '0');
}
