import { logoBytesMax } from '@microapp/contract';
import { expect, it } from 'vitest';
import { extendedWebp, jpegOf, losslessWebp, lossyWebp, noisyPngOf, pngOf } from '../../testing/pictures.ts';
import { readLogoImage } from './read-logo-image.ts';

const read = (bytes: Buffer) => readLogoImage(bytes.toString('base64'));
const png = pngOf(30, 20);
/** A chunk between header and picture, as an animation begins. */
const movingPng = Buffer.concat([png.subarray(0, 33), Buffer.from('\0\0\0\0acTL\0\0\0\0', 'latin1'), png.subarray(33)]);

it.each([
  ['PNG', png, { mediaType: 'image/png', ending: 'png', width: 30, height: 20 }],
  ['JPEG', jpegOf(24, 16), { mediaType: 'image/jpeg', ending: 'jpg', width: 24, height: 16 }],
  ['lossless WebP', losslessWebp, { mediaType: 'image/webp', ending: 'webp', width: 1, height: 1 }],
  ['lossy WebP', lossyWebp, { mediaType: 'image/webp', ending: 'webp', width: 1, height: 1 }],
  ['extended WebP', extendedWebp(300, 80), { mediaType: 'image/webp', ending: 'webp', width: 300, height: 80 }],
])('a %s is known by its own bytes, and so is its size', (_, bytes, facts) => {
  expect(read(bytes)).toEqual({ bytes, ...facts });
});

it.each([
  [
    'an SVG',
    Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
    /SVG, which can carry scripts/,
  ],
  ['another picture', Buffer.from('GIF89a...'), /neither a PNG, a JPEG nor a WebP/],
  ['a web page', Buffer.from('<!doctype html><script>1</script>'), /neither a PNG/],
  ['a PNG that is cut off', png.subarray(0, -9), /damaged/],
  ['a PNG of nothing but its name', png.subarray(0, 8), /damaged/],
  ['a JPEG that is cut off', jpegOf(24, 16).subarray(0, -2), /damaged/],
  ['a JPEG of nothing but its ends', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), /damaged/],
  ['a WebP that is cut off', lossyWebp.subarray(0, 30), /damaged/],
  ['a WebP of a kind that is none', Buffer.from('RIFF\x0c\0\0\0WEBPNONE\0\0\0\0', 'latin1'), /damaged/],
  ['a PNG that moves', movingPng, /moves/],
  ['a WebP that moves', extendedWebp(10, 10, { moves: true }), /moves/],
  ['a picture that is too wide', extendedWebp(2049, 10), /2049 × 10 pixels/],
  ['a picture that is too high', pngOf(10, 2049), /10 × 2049 pixels/],
])('%s is refused at its field, with the reason', (_, bytes, message) => {
  expect(() => read(bytes)).toThrow(
    expect.objectContaining({
      code: 'validation_failed',
      issues: [{ path: 'image', message: expect.stringMatching(message) }],
    }),
  );
});

it('what is no base64 is refused at its field', () => {
  expect(() => readLogoImage('data:image/png;base64,AAAA')).toThrow(
    expect.objectContaining({ issues: [{ path: 'image', message: 'is not base64' }] }),
  );
});

it('a picture of 256 kB is taken, and one of a byte more is too large', () => {
  const large = noisyPngOf(250, 250);
  const exact = Buffer.concat([large, Buffer.alloc(logoBytesMax - large.length)]);
  expect(read(exact).width).toBe(250);
  expect(() => read(Buffer.concat([exact, Buffer.alloc(1)]))).toThrow(
    expect.objectContaining({ code: 'payload_too_large', hint: expect.stringContaining('smaller') }),
  );
});
