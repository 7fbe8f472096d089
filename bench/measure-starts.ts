import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startBareRoute, startMicroapp, type MeasuredProcess } from './measured-process.ts';
import { median } from './statistics.ts';

export type StartResult = {
  /** From the start of the process to its ready line, on an empty data folder: database, migrations, first owner. */
  coldMs: number;
  /** The same on the folder that the cold start has left. */
  warmMs: number;
  /** A process with nothing but the framework and two routes. */
  bareMs: number;
};

const rounds = 3;

/** Starts and stops the server, cold and warm, and the bare route, by turns; the medians. */
export async function measureStarts(folder: string, ownerKey: string): Promise<StartResult> {
  const starts: StartResult[] = [];
  for (let round = 0; round < rounds; round++) {
    const dataDir = await mkdtemp(join(folder, 'start-'));
    const startOnFolder = (): Promise<MeasuredProcess> =>
      startMicroapp({ dataDir, ownerKey, profileFolder: undefined });
    starts.push({
      bareMs: await startAndStop(startBareRoute),
      coldMs: await startAndStop(startOnFolder),
      warmMs: await startAndStop(startOnFolder),
    });
    await rm(dataDir, { recursive: true });
  }
  return {
    coldMs: median(starts.map(({ coldMs }) => coldMs)),
    warmMs: median(starts.map(({ warmMs }) => warmMs)),
    bareMs: median(starts.map(({ bareMs }) => bareMs)),
  };
}

async function startAndStop(start: () => Promise<MeasuredProcess>): Promise<number> {
  await using started = await start();
  return started.startMs;
}
