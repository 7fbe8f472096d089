import type { Clock } from '../../platform/clock.ts';
import type { Database, OwnerTx } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { issueEmbedToken, rotateEmbedToken } from '../embed-tokens/index.ts';
import { findFirstOwner } from '../owners/index.ts';
import { changeSurface, createSurface } from '../surfaces/index.ts';
import { exampleTools } from '../tools/index.ts';
import { createWorkspace } from '../workspaces/index.ts';
import { quotePath } from './quote-route.ts';
import { makeQuoteTool, moveQuoteTool } from './quote-tool.ts';
import { demoAttributes, findDemoSurface, findDemoToken, findDemoWorkspace } from './store.ts';

export type Furniture = { ownerId: string; clientToken: string; embedToken: Secret; toolSlug: string };
export type FurnishDeps = { db: Database; clock: Clock; random: Random };

const tokenLabel = 'Demo page';
const { slug: toolSlug } = exampleTools[0];

/**
 * What the demo page embeds, in a workspace of its own: a surface and an embed token, both for `host` (a host with a
 * port) alone; and, where the demo is new, the example that asks the endpoint which the demo serves. The token's secret is new at every start and held in memory only; it is rotated, not issued, so that
 * starts leave no tokens behind. Undefined when there is no demo workspace and `mayCreate` is false.
 */
export async function furnishDemo(
  deps: FurnishDeps,
  { host, mayCreate }: { host: string; mayCreate: boolean },
): Promise<Furniture | undefined> {
  const ownerId = await deps.db.withSystem('demo.find-owner', findFirstOwner);
  if (ownerId === undefined) return undefined;
  const endpoint = `http://${host}${quotePath}`;
  const furnished = await deps.db.withOwner({ ownerId }, async (tx) => {
    const found = await findDemoWorkspace(tx);
    if (found === undefined && !mayCreate) return undefined;
    const workspace = found ?? (await makeWorkspace(deps, tx, ownerId));
    const clientToken = await clientTokenFor(deps, tx, { workspaceId: workspace.id, host });
    const embedToken = await freshEmbedToken(deps, tx, { workspaceId: workspace.id, host });
    await moveQuoteTool(deps, tx, endpoint);
    return { isNew: found === undefined, furniture: { ownerId, clientToken, embedToken, toolSlug } };
  });
  if (furnished?.isNew === true) await makeQuoteTool(deps, ownerId, endpoint);
  return furnished?.furniture;
}

async function makeWorkspace(deps: FurnishDeps, tx: OwnerTx, ownerId: string): Promise<{ id: string }> {
  return createWorkspace(deps, tx, {
    ownerId,
    wanted: { name: 'Demo: Harbor Savings', portalEnabled: true, features: ['tool:run'], attributes: demoAttributes },
  });
}

type Place = { workspaceId: string; host: string };

async function clientTokenFor(deps: FurnishDeps, tx: OwnerTx, { workspaceId, host }: Place): Promise<string> {
  const found = await findDemoSurface(tx, workspaceId);
  const surface =
    found === undefined
      ? await createSurface(deps, tx, {
          workspaceId,
          name: 'Demo page',
          environment: 'development',
          apps: [toolSlug],
          permissions: ['tool:run'],
          allowedOrigins: [host],
        })
      : await changeSurface(deps, tx, { id: found.id, change: { allowedOrigins: [host] } });
  return surface.client_token;
}

async function freshEmbedToken(deps: FurnishDeps, tx: OwnerTx, { workspaceId, host }: Place): Promise<Secret> {
  const origins = [host];
  const found = await findDemoToken(tx, workspaceId, { origins, label: tokenLabel });
  if (found !== undefined) return (await rotateEmbedToken(deps, tx, found.id)).secret;
  const wanted = { label: tokenLabel, apps: [toolSlug], permissions: ['tool:run' as const], allowedOrigins: origins };
  return (await issueEmbedToken(deps, tx, { workspaceId, wanted })).secret;
}
