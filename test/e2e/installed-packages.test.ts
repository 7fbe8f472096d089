import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCustomerProject, type CustomerProject } from './stage/customer-project.ts';
import { violationsIn } from './stage/recorder.ts';
import { strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const shop = 'shop.example.test';

/** What is loaded before anybody shows interest: as much as the first script of a tag, and what this bundler needs for an `import()`. */
const firstBytesMax = 2_000 + 1_000;

/** A page with React, and one widget as an element. */
const page = `import '@microapp/embed/element';
import { Microapp, type Handle } from '@microapp/react';
import { createRef } from 'react';
import { createRoot } from 'react-dom/client';

const place = document.querySelector<HTMLElement>('#react');
const { microapp: baseUrl = '', key: embedKey = '' } = place?.dataset ?? {};
const widget = createRef<Handle>();
if (place) createRoot(place).render(<Microapp ref={widget} baseUrl={baseUrl} embedKey={embedKey} mode="inline" />);
`;

/** Each of the lines that are wrong would be right if a type that it is about had got lost, and were \`any\`. */
const types = `import { mount, type ErrorCode, type Handle, type MountOptions } from '@microapp/embed';
import type { MicroappEmbedElement } from '@microapp/embed/element';
import { connectToHost } from '@microapp/embed/frame';
import { Microapp, useMicroapp } from '@microapp/react';

const baseUrl = 'https://microapp.example';
const known: ErrorCode[] = ['origin_not_allowed', 'blocked_by_csp'];
// @ts-expect-error -- no such code
const unknown: ErrorCode = 'nonsense';
// @ts-expect-error -- no such scheme
const config: MountOptions = { colorScheme: 'purple' };
// @ts-expect-error -- without a tag nothing says where Microapp is
mount({ embedKey: 'wk_pub_…' });
const handle: Handle = mount({
  baseUrl,
  embedKey: 'wk_pub_…',
  onRunSuccess({ slug, durationMs }) {
    const said: [string, number] = [slug, durationMs];
    // @ts-expect-error -- it is a text
    const number: number = slug;
    console.log(said, number);
  },
  onAuthErr: ({ code }) => known.includes(code),
});
const element: MicroappEmbedElement | null = document.querySelector('microapp-embed');
connectToHost({ slug: 'loan-calculator', onInit: ({ token }) => token?.at(0), onTimeout: () => handle.close() });
export function Hooked() {
  const { ref, handle } = useMicroapp<HTMLElement>({ baseUrl, mtok: 'mtok_…', toolSlug: 'loan-calculator' });
  return <section ref={ref} aria-busy={handle?.state === 'connecting'} />;
}
// @ts-expect-error -- the component needs the address, too
export const incomplete = <Microapp mode="inline" />;
console.log(unknown, config, element);
`;

/** What a server that renders pages does with the packages. */
const server = `import '@microapp/embed/element';
import { mount } from '@microapp/embed';
import { connectToHost } from '@microapp/embed/frame';
import { Microapp } from '@microapp/react';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';

const options = { baseUrl: 'https://microapp.example', embedKey: 'wk_pub_…', minHeight: 420 };
const markup = ['inline', 'floating'].map((mode) => renderToString(createElement(Microapp, { ...options, mode })));
console.log(JSON.stringify({ markup, kinds: [typeof mount, typeof connectToHost] }));
`;

/** The settings with which a careful project reads our declarations, and those of whoever they name. */
function settings(module: 'nodenext' | 'preserve'): string {
  const moduleResolution = module === 'nodenext' ? 'nodenext' : 'bundler';
  return JSON.stringify({
    compilerOptions: {
      module,
      moduleResolution,
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      jsx: 'react-jsx',
      types: [],
      strict: true,
      noEmit: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
    },
    files: ['page.tsx', 'types.tsx'],
  });
}

describeOnStage('the packages that customers install', (stage) => {
  let project: CustomerProject;
  beforeAll(async () => {
    project = await openCustomerProject();
    await project.write({ 'page.tsx': page, 'types.tsx': types, 'server.js': server });
  });
  afterAll(() => project.remove());

  /** A file of an installed package. */
  function installed(name: string, path: string): Promise<string> {
    return readFile(join(project.folder, 'node_modules/@microapp', name, path), 'utf8');
  }

  it('hold all that they need, and no source, no test, no package of ours that nobody can install, and no link to nowhere', async () => {
    const { embed, react } = project.packed;
    for (const [name, { paths }] of Object.entries({ embed, react })) {
      expect(paths).toEqual(
        expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'index.js', 'types/index.d.ts']),
      );
      expect(paths.filter((path) => !/\.(?:js|d\.ts)$|^(?:package\.json|README\.md|LICENSE)$/.test(path))).toEqual([]);
      expect(paths.filter((path) => /testing|\.test\./.test(path))).toEqual([]);
      for (const path of paths) {
        const text = await installed(name, path);
        expect(text, path).not.toMatch(
          /@microapp\/contract|typebox|jsx-dev-runtime|__RUNTIME_FILE__|sourceMappingURL|(?<!\.d)\.tsx?['"]/,
        );
        expect(text, path).not.toContain(root);
      }
      expect(await installed(name, 'README.md')).not.toMatch(/\]\((?!https?:|#)|^## Inside/m);
    }
    const { version } = JSON.parse(await readFile(join(root, 'packages/embed/package.json'), 'utf8'));
    expect(JSON.parse(await installed('embed', 'package.json'))).toMatchObject({
      version,
      sideEffects: ['./element.js'],
    });
    expect(JSON.parse(await installed('embed', 'package.json'))).not.toHaveProperty('dependencies');
    expect(JSON.parse(await installed('react', 'package.json'))).toMatchObject({
      version,
      dependencies: { '@microapp/embed': version },
      peerDependencies: { react: '>=18' },
    });
    expect(await installed('react', 'index.js')).toMatch(/^["']use client["'];/);
  });

  it.each(['preserve', 'nodenext'] as const)(
    'have types that a strict project can rely on (module %s)',
    async (module) => {
      await project.write({ 'tsconfig.json': settings(module) });
      const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc');
      expect(await project.run(compiler, '-p', '.')).toBe('');
      // React 18 has a type of that name which takes something else, and only one of the two can be installed here.
      expect(await installed('react', 'types/use-microapp.d.ts')).not.toMatch(/import.*RefObject/);
    },
  );

  it('are imported by a server without a document, which renders the place of an inline widget', async () => {
    const { markup, kinds } = JSON.parse(await project.run('server.js'));
    expect(markup).toEqual([expect.stringMatching(/^<div><svg [^>]*height="420"[^>]*><\/svg><\/div>$/), '']);
    expect(kinds).toEqual(['function', 'function']);
  });

  it('become widgets in a page that the customer has bundled, which loads no script of ours, and little before it is needed', async () => {
    await project.write({ 'mount.js': "import { mount } from '@microapp/embed'; window.mountMicroapp = mount;" });
    const alone = await project.bundle('mount.js');
    expect(brotliCompressSync(alone.files[alone.entry] ?? '').byteLength).toBeLessThan(firstBytesMax);
    expect(Object.keys(alone.files).filter((path) => /\/runtime-/.test(path))).toHaveLength(1);

    const { base, scenario, site, newPage } = stage();
    const { owner } = scenario;
    const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const { entry, files: scripts } = await project.bundle('page.tsx');
    const body = `<div id="react" data-microapp="${base}" data-key="${clientToken}"></div>
      <microapp-embed base-url="${base}" embed-key="${clientToken}" mode="floating" label="Help"></microapp-embed>
      <script type="module" src="${entry}"></script>`;
    const { files, headers } = strictSite({ base, body });
    const policy = headers['content-security-policy']?.replace(`script-src 'self' ${base}`, "script-src 'self'");
    const visited = await newPage();
    const complaints: string[] = [];
    visited.on('pageerror', (error) => complaints.push(error.message));
    await visited.goto(
      site(shop, { files: { ...files, ...scripts }, headers: { ...headers, 'content-security-policy': policy ?? '' } }),
    );

    const { frame } = widgetOn(visited, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    const floating = widgetOn(visited);
    await floating.launcher.click();
    await see(floating.frame.getByLabel('Loan amount'));
    expect(complaints).toEqual([]);
    expect(await violationsIn(visited.mainFrame())).toEqual([]);
  });
});
