import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { readHtml } from './read-html.ts';
import { readImage } from './read-image.ts';

const png = PNG.sync.write(new PNG({ width: 2, height: 2 }));
const headerChunk = png.subarray(8, 33);
const isRefused = { code: 'validation_failed' };

/** The picture with another width and height in its header. */
function sized(width: number, height: number): Buffer {
  const changed = Buffer.from(png);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  return changed;
}

it.each<[string, Buffer]>([
  ['a width of zero and billions of rows', sized(0, 4_000_000_000)],
  ['one column of a million rows', sized(1, 1_000_000)],
  ['a second header behind the first', Buffer.concat([png.subarray(0, 33), headerChunk, png.subarray(33)])],
  ['a hundred and one scans', Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(202, Buffer.from([0xff, 0xda]))])],
])('a picture with %s is refused before it is unpacked', (_, bytes) => {
  expect(() => readImage(bytes.toString('base64'))).toThrow(expect.objectContaining(isRefused));
});

it('style elements that never end are read once', () => {
  expect(readHtml('<style>a{color:red}'.repeat(2_000)).rules).toHaveLength(2_000);
});
