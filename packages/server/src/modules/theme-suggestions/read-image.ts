import { suggestionImageBytesMax } from '@microapp/contract';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import type { ColorUse } from './color-use.ts';
import { problemWith } from './problem.ts';

/** Decoding is work for this process: a logo is smaller, and a picture that pretends to be small must not get through. */
const megapixelsMax = 2;
const sideMax = 10_000;
/** A progressive picture has about ten. */
const scansMax = 100;
const scanStart = Buffer.from([0xff, 0xda]);
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
    throw damaged();
  }
  throw problemWith('image', 'is neither a PNG nor a JPEG; save the logo as one of these');
}

function isPng(bytes: Buffer): boolean {
  return (
    bytes.length > 33 && bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
  );
}

function decodePng(bytes: Buffer): Pixels {
  // Of the header chunk, before anything is unpacked.
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (bytes.readUInt32BE(8) !== 13 || width === 0 || height === 0) throw damaged();
  if (width * height > megapixelsMax * 1e6 || Math.max(width, height) > sideMax) throw tooManyPixels();
  // The decoder believes the last header; there is to be one.
  for (let at = 33; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IHDR') throw damaged();
  }
  // The decoder bounds what it unpacks only for rows that come in order.
  if (bytes[28] !== 0) throw problemWith('image', 'is interlaced; save it without');
  return PNG.sync.read(bytes);
}

function decodeJpeg(bytes: Buffer): Pixels {
  // Each scan walks the whole picture, and costs its maker a dozen bytes.
  let scans = 0;
  for (let at = bytes.indexOf(scanStart); at !== -1; at = bytes.indexOf(scanStart, at + 2)) {
    scans += 1;
    if (scans > scansMax) throw damaged();
  }
  return jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: true,
    maxResolutionInMP: megapixelsMax,
    maxMemoryUsageInMB: decoderMegabytesMax,
  });
}

function damaged(): Error {
  return problemWith('image', 'is damaged and cannot be read; save it again');
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
