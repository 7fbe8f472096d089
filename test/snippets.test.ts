import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What people copy from: documents, the demo's pages. */
function placesWithSnippets(): Map<string, string> {
  const paths = execFileSync('git', ['ls-files', '*.md', '*.html', 'packages/server/demo/*.js'], { encoding: 'utf8' });
  return new Map(
    paths
      .trim()
      .split('\n')
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );
}

/** A credential, or a place to put one, inside an address. */
const tokenInUrl =
  /https?:\/\/[^\s"'`)]*(?:mtok_|mk_|mtkt_|wk_pub_)|[?&#][A-Za-z_-]+=(?:\$?\{?[A-Za-z_.]*(?:token|key|mtok)\b|mtok_|mk_|wk_pub_)/i;

describe('the snippets that people copy', () => {
  it('put no token into any URL (M1)', () => {
    const places = placesWithSnippets();
    expect(places.size).toBeGreaterThan(8);
    const withTokens = [...places].filter(([, text]) => /mtok_/.test(text)).map(([path]) => path);
    expect(withTokens).toContain('README.md');
    const leaks = [...places].flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => (tokenInUrl.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
    );
    expect(leaks).toEqual([]);
  });

  it.each([
    'https://apps.example/embed/apps/loan?token=mtok_…',
    'curl "$URL/api/tools/loan/run?embed=1&mtok=$TOKEN"',
    'https://apps.example/#key=wk_pub_…',
    '<iframe src="https://apps.example/embed/mtok_abc">',
    'frame.src = `${base}/embed?token=${token}`',
  ])('would be found out: %s', (line) => {
    expect(line).toMatch(tokenInUrl);
  });
});
