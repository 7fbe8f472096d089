import type { Instances } from '../../packages/server/src/testing/instances.ts';
import { credentialKinds, type CredentialKind } from './credentials-in-use.ts';

export type Trials = {
  /** How many credentials were taken back, by kind. */
  counts: Record<string, number>;
  /** Requests that were sent after the taking back had been answered. */
  asked: number;
  /** Those of them that were not refused as they must be, in words. */
  stale: string[];
};

/**
 * Makes credentials, uses them on every instance until each remembers them, takes them back through one, and asks every
 * instance again as soon as that is answered. Kinds, and instances to work through, take turns.
 */
export async function runTrials(
  instances: Instances,
  count: number,
  onTrial: (trial: number) => void = () => undefined,
): Promise<Trials> {
  const trials: Trials = { counts: {}, asked: 0, stale: [] };
  const kinds: [string, CredentialKind][] = Object.entries(credentialKinds);
  for (let trial = 0; trial < count; trial++) {
    const [name, kind] = kinds[trial % kinds.length] ?? [];
    if (name === undefined || kind === undefined) throw new Error('there are no kinds of credentials');
    await runTrial(instances, { name, kind, trial }, trials);
    trials.counts[name] = (trials.counts[name] ?? 0) + 1;
    onTrial(trial);
  }
  return trials;
}

async function runTrial(
  instances: Instances,
  { name, kind, trial }: { name: string; kind: CredentialKind; trial: number },
  trials: Trials,
): Promise<void> {
  const all = [...instances.servers.keys()];
  // Another pair of makers and takers each time round the kinds.
  const round = Math.floor(trial / Object.keys(credentialKinds).length);
  const { uses, takeBack, refusal } = await kind(instances, round % all.length);
  const onEach = all.flatMap((server) => Object.entries(uses).map(([use, asked]) => ({ server, use, asked })));

  await Promise.all(
    onEach.map(async ({ server, use, asked }) => {
      const answer = await instances.ask(server, asked);
      if (answer.status >= 300) throw new Error(`${use} did not work before it was taken back: ${answer.status}`);
    }),
  );
  await takeBack((round + trial) % all.length);
  await Promise.all(
    onEach.map(async ({ server, use, asked }) => {
      const answer = await instances.ask(server, asked);
      trials.asked += 1;
      if (answer.status === refusal.status && answer.body?.code === refusal.code) return;
      trials.stale.push(`trial ${trial}, ${name}: ${use} on instance ${server} was answered with ${answer.status}`);
    }),
  );
}
