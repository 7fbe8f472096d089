import { logoBytesMax, logoSideMax, type LogoType } from '@microapp/contract';
import { AppError, invalid } from '../../platform/app-error.ts';

// What is in a picture is the browser's to read; here it is only made sure what it is and how large, from its first bytes.
// https://www.w3.org/TR/png-3/, ITU-T T.81 annex B, https://www.rfc-editor.org/rfc/rfc9649

export type LogoImage = {
  bytes: Buffer;
  mediaType: LogoType;
  /** Of its file's name. */
  ending: 'png' | 'jpg' | 'webp';
  /** Pixels. */
  width: number;
  height: number;
};

type Size = { width: number; height: number };

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const endOfJpeg = Buffer.from([0xff, 0xd9]);

/**
 * A PNG, JPEG or WebP in base64. Throws `payload_too_large` for more bytes than a logo may have, `validation_failed`, at
 * the field `image`, for what is no such picture, has too many pixels, or moves.
 */
export function readLogoImage(base64: string): LogoImage {
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(base64)) throw problem('is not base64');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > logoBytesMax) {
    throw new AppError('payload_too_large', {
      message: `A logo has at most ${logoBytesMax / 1024} kB.`,
      hint: 'Save it smaller: a logo is shown 40 pixels high, so 80 are enough for sharp screens.',
    });
  }
  const image = read(bytes);
  const { width, height } = image;
  if (width === 0 || height === 0) throw damaged();
  if (Math.max(width, height) > logoSideMax) {
    throw problem(`is ${width} × ${height} pixels; save it with at most ${logoSideMax} a side`);
  }
  return { bytes, ...image };
}

function read(bytes: Buffer): Omit<LogoImage, 'bytes'> {
  try {
    if (bytes.subarray(0, 8).equals(pngSignature))
      return { mediaType: 'image/png', ending: 'png', ...sizeOfPng(bytes) };
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return { mediaType: 'image/jpeg', ending: 'jpg', ...sizeOfJpeg(bytes) };
    if (nameAt(bytes, 0) === 'RIFF' && nameAt(bytes, 8) === 'WEBP') {
      return { mediaType: 'image/webp', ending: 'webp', ...sizeOfWebp(bytes) };
    }
  } catch (error) {
    // Read beyond the end.
    if (error instanceof RangeError) throw damaged();
    throw error;
  }
  if (isSvg(bytes)) throw problem('is an SVG, which can carry scripts; export it as a PNG, 80 pixels high');
  throw problem('is neither a PNG, a JPEG nor a WebP; save the logo as one of these');
}

/** By its chunks, to the last: what is cut off shows as half a picture. */
function sizeOfPng(bytes: Buffer): Size {
  if (nameAt(bytes, 12) !== 'IHDR' || bytes.readUInt32BE(8) !== 13) throw damaged();
  let name = '';
  for (let at = 8; name !== 'IEND'; at += 12 + bytes.readUInt32BE(at)) {
    name = nameAt(bytes, at + 4);
    if (name === 'acTL') throw moving();
  }
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** From the first frame header among the segments, each of which tells its length. */
function sizeOfJpeg(bytes: Buffer): Size {
  if (!bytes.includes(endOfJpeg)) throw damaged();
  for (let at = 2; ; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes.readUInt8(at) !== 0xff) throw damaged();
    const marker = bytes.readUInt8(at + 1);
    // The tables of Huffman and arithmetic codes have numbers among the frames'.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
  }
}

/** Lossy, lossless or extended, each with a header of its own. */
function sizeOfWebp(bytes: Buffer): Size {
  if (bytes.readUInt32LE(4) + 8 > bytes.length) throw damaged();
  switch (nameAt(bytes, 12)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      if ((bytes.readUInt8(20) & 0x02) !== 0) throw moving();
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      throw damaged();
  }
}

function nameAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4);
}

function isSvg(bytes: Buffer): boolean {
  return /<svg[\s>]/i.test(bytes.toString('latin1', 0, 4096));
}

function damaged(): AppError {
  return problem('is damaged and cannot be read; save it again');
}

/** Nothing moves that a visitor did not touch. */
function moving(): AppError {
  return problem('moves; save a still picture');
}

function problem(message: string): AppError {
  return invalid([{ path: 'image', message }]);
}
