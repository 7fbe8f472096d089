import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/**
 * One process per data folder: PGlite does not notice a second one, and two of them destroy the data.
 *
 * 1. Write the own claim to a file of its own, then `link` it to the lock's name: that is atomic, and whoever sees the
 *    lock sees all of its content.
 * 2. When the name is taken, its holder lives or is gone. A living one is refused with a sentence.
 * 3. A stale lock is moved away, and looked at once more after the move: of two processes that find it at the same moment,
 *    the slower one may have moved the faster one's new lock, and puts it back.
 */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const lockFile = `${dataDir}.lock`;
  const claimFile = `${lockFile}.${process.pid}`;
  const claim: Holder = { pid: process.pid, startedAtTicks: await startedAtTicks(process.pid) };
  await mkdir(dirname(dataDir), { recursive: true });
  await writeFile(claimFile, JSON.stringify(claim));
  try {
    while (!(await linkUnlessTaken(claimFile, lockFile))) {
      const holder = await readHolder(lockFile);
      if (holder !== undefined && (await isAlive(holder))) throw new DataFolderInUseError(dataDir, holder.pid);
      await moveAwayStale(lockFile, `${claimFile}.stale`);
      await setImmediate();
    }
  } finally {
    await rm(claimFile, { force: true });
  }
  return () => rm(lockFile, { force: true });
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

/** Undefined when the lock has gone meanwhile, or is damaged: nobody who lives wrote that. */
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

async function moveAwayStale(lockFile: string, staleFile: string): Promise<void> {
  try {
    await rename(lockFile, staleFile);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await readHolder(staleFile);
  if (moved !== undefined && (await isAlive(moved))) await linkUnlessTaken(staleFile, lockFile);
  await rm(staleFile, { force: true });
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
