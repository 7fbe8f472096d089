import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * One process per data folder: PGlite does not notice a second one, and two of them destroy the data.
 *
 * Beside the data folder lies a folder of numbered claims; the lock belongs to the claim with the highest number.
 * 1. Read the highest claim. When its holder lives, refuse with a sentence. When it is gone or has let go, the next number
 *    is free to take.
 * 2. Write the own claim to a file of its own, then `link` it to that number: that is atomic, so one of many gets it, and
 *    whoever sees it sees all of its content.
 * 3. Look again: whoever read long ago may have linked a number that has been passed since, and starts over.
 * 4. The holder removes the lower claims. The highest is never removed, only passed, or marked as let go by its holder: a
 *    moment without it would be a moment in which two processes could both begin at one.
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const folder = `${dataDir}.locks`;
  await mkdir(dirname(dataDir), { recursive: true });
  await mkdir(folder, { recursive: true });
  const desk = await mkdtemp(join(folder, 'claiming-'));
  const claimFile = join(desk, 'claim');
  try {
    await writeFile(claimFile, JSON.stringify({ pid: process.pid, startedAtTicks: await startedAtTicks(process.pid) }));
    for (;;) {
      const highest = await highestClaim(folder);
      const holder = await readHolder(claimPath(folder, highest));
      if (holder !== undefined && (await isAlive(holder))) throw new DataFolderInUseError(dataDir, holder.pid);
      const own = highest + 1;
      if (!(await linkUnlessTaken(claimFile, claimPath(folder, own)))) continue;
      if ((await highestClaim(folder)) === own) {
        await removeClaimsBelow(folder, own);
        return () => letGo(claimPath(folder, own));
      }
      await rm(claimPath(folder, own), { force: true });
    }
  } finally {
    await rm(desk, { force: true, recursive: true });
  }
}

/** Another process, or this one, has the data folder open. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';

  constructor(dataDir: string, pid: number) {
    super(
      `The data folder ${dataDir} is in use by process ${pid}. Stop that process, or give this one another DATA_DIR. ` +
        'Several processes can share a PostgreSQL database: see DATABASE_URL.',
    );
  }
}

type Holder = {
  pid: number;
  /** When the process began, in the kernel's ticks: tells it from a later one of the same number. Known on Linux only. */
  startedAtTicks: string | undefined;
};

async function linkUnlessTaken(claimFile: string, lockFile: string): Promise<boolean> {
  try {
    await link(claimFile, lockFile);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

const claimPath = (folder: string, number: number): string => join(folder, `${number}`);

/** 0 when there is none yet. */
async function highestClaim(folder: string): Promise<number> {
  return Math.max(0, ...claimNumbers(await readdir(folder)));
}

async function removeClaimsBelow(folder: string, number: number): Promise<void> {
  const lower = claimNumbers(await readdir(folder)).filter((other) => other < number);
  await Promise.all(lower.map((other) => rm(claimPath(folder, other), { force: true })));
}

const claimNumbers = (names: string[]): number[] => names.filter((name) => /^\d{1,15}$/.test(name)).map(Number);

async function letGo(claimFile: string): Promise<void> {
  await writeFile(`${claimFile}.let-go`, '{}');
  await rename(`${claimFile}.let-go`, claimFile);
}

/** Undefined when the claim has been passed meanwhile, was let go, or is damaged: nobody who lives wrote that. */
async function readHolder(lockFile: string): Promise<Holder | undefined> {
  try {
    return parseHolder(JSON.parse(await readFile(lockFile, 'utf8')));
  } catch {
    return undefined;
  }
}

function parseHolder(value: unknown): Holder | undefined {
  if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined;
  if (typeof value.pid !== 'number' || !Number.isSafeInteger(value.pid) || value.pid <= 0) return undefined;
  const ticks = 'startedAtTicks' in value ? value.startedAtTicks : undefined;
  return { pid: value.pid, startedAtTicks: typeof ticks === 'string' ? ticks : undefined };
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if (hasCode(error, 'ESRCH')) return false;
  }
  const ticks = await startedAtTicks(holder.pid);
  return ticks === undefined || holder.startedAtTicks === undefined || ticks === holder.startedAtTicks;
}

/** Field 22 of `/proc/<pid>/stat`, counted from behind the name, which may hold spaces. */
async function startedAtTicks(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
