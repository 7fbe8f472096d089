import type { EmbedTokenUse } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, OwnerTx } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import { Secret } from '../../platform/secret.ts';
import { readAppFacts } from '../apps/index.ts';
import { copyEmbedTokenUrl, issueEmbedToken, rotateEmbedToken } from '../embed-tokens/index.ts';
import { findFirstOwner } from '../owners/index.ts';
import type { Keyring } from '../signing-keys/index.ts';
import { changeSurface, createSurface } from '../surfaces/index.ts';
import { exampleTools } from '../tools/index.ts';
import { createWorkspace } from '../workspaces/index.ts';
import { quotePath } from './quote-route.ts';
import { makeQuoteTool, moveQuoteTool, quoteSlug } from './quote-tool.ts';
import { demoAttributes, findDemoSurface, findDemoToken, findDemoWorkspace } from './store.ts';
import { demoTheme } from './theme.ts';

/** What the pages of the demo embed, and by which credential. */
export type Furniture = {
  ownerId: string;
  /** Of a surface for each of the places that a client token opens; these are public. */
  clientTokens: { home: string; journal: string; houses: string };
  /** For frames, handed out to the site's own pages. */
  embedToken: Secret;
  /** For the site's own server, which no browser ever gets. */
  serverToken: Secret;
  /** The address of a plain iframe, with a URL token in its fragment. */
  copiedUrl: Secret;
  toolSlug: string;
};
export type FurnishDeps = { db: Database; clock: Clock; random: Random; keyring: Keyring };
type Deps = Omit<FurnishDeps, 'db' | 'keyring'>;

const [{ slug: toolSlug }, { slug: tableSlug }] = exampleTools;

/**
 * What the demo's pages embed, in a workspace of its own: surfaces and embed tokens, all for `host` (a host with a port) alone;
 * and, where the demo is new, the example that asks the endpoint which the demo serves. The tokens' secrets are new at every
 * start and held in memory only; they are rotated, not issued, so that starts leave no tokens behind. Undefined when there is no
 * demo workspace and `mayCreate` is false. `embedUrl` is the origin that frames come from.
 */
export async function furnishDemo(
  deps: FurnishDeps,
  { host, embedUrl, mayCreate }: { host: string; embedUrl: string; mayCreate: boolean },
): Promise<Furniture | undefined> {
  const ownerId = await deps.db.withSystem('demo.find-owner', findFirstOwner);
  if (ownerId === undefined) return undefined;
  const asOwner = <Result>(run: (tx: OwnerTx) => Promise<Result>) => deps.db.withOwner({ ownerId }, run);
  const found = await asOwner(findDemoWorkspace);
  if (found === undefined && !mayCreate) return undefined;
  const endpoint = `http://${host}${quotePath}`;
  // Before the surface that names it.
  if (found === undefined) await makeQuoteTool(deps, ownerId, endpoint);
  const key = await deps.keyring.current();
  return asOwner(async (tx) => {
    const { id: workspaceId } = found ?? (await makeWorkspace(deps, tx, ownerId));
    await moveQuoteTool(deps, tx, endpoint);
    const place = { workspaceId, host };
    const embedToken = await freshToken(deps, tx, { ...place, label: 'Demo: iframes', use: 'widget' });
    const serverToken = await freshToken(deps, tx, { ...place, label: "Demo: the site's server", use: 'server' });
    const copied = await copyEmbedTokenUrl({ ...deps, embedUrl, issuer: embedUrl }, tx, {
      id: embedToken.id,
      wanted: {},
      key,
    });
    return {
      ownerId,
      clientTokens: {
        home: await clientTokenOf(deps, tx, { ...place, name: 'Larkholt: home page', app: toolSlug }),
        journal: await clientTokenOf(deps, tx, { ...place, name: 'Larkholt: journal', app: tableSlug }),
        houses: await clientTokenOf(deps, tx, { ...place, name: 'Larkholt: houses', app: await sampleBoxApp(tx) }),
      },
      embedToken: embedToken.secret,
      serverToken: serverToken.secret,
      copiedUrl: new Secret(copied.url),
      toolSlug,
    };
  });
}

async function makeWorkspace(deps: Deps, tx: OwnerTx, ownerId: string): Promise<{ id: string }> {
  return createWorkspace(deps, tx, {
    ownerId,
    wanted: { name: 'Demo: Larkholt', portalEnabled: true, features: ['tool:run'], attributes: demoAttributes },
  });
}

/** The shipping quote, where the demo has it: its slug may be somebody else's, or its owner has deleted it. */
async function sampleBoxApp(tx: OwnerTx): Promise<string> {
  const [quote] = await readAppFacts(tx, [quoteSlug]);
  return quote?.slug ?? toolSlug;
}

type Place = { workspaceId: string; host: string };

/** Of the surface with that name, which is made or moved to the host. What its owner has changed else stays so. */
async function clientTokenOf(
  deps: Deps,
  tx: OwnerTx,
  { workspaceId, host, name, app }: Place & { name: string; app: string },
): Promise<string> {
  const found = await findDemoSurface(tx, workspaceId, name);
  const surface =
    found === undefined
      ? await createSurface(deps, tx, {
          workspaceId,
          name,
          environment: 'development',
          apps: [app],
          permissions: ['tool:run'],
          allowedOrigins: [host],
          theme: demoTheme,
        })
      : await changeSurface(deps, tx, { id: found.id, change: { allowedOrigins: [host] } });
  return surface.client_token;
}

async function freshToken(
  deps: Deps,
  tx: OwnerTx,
  { workspaceId, host, label, use }: Place & { label: string; use: EmbedTokenUse },
): Promise<{ id: string; secret: Secret }> {
  const origins = [host];
  const found = await findDemoToken(tx, workspaceId, { origins, label });
  if (found !== undefined) return { id: found.id, secret: (await rotateEmbedToken(deps, tx, found.id)).secret };
  const wanted = { label, apps: [toolSlug], permissions: ['tool:run' as const], allowedOrigins: origins, use };
  const { row, secret } = await issueEmbedToken(deps, tx, { workspaceId, wanted });
  return { id: row.id, secret };
}
