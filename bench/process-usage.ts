import { readdir, readFile } from 'node:fs/promises';

/** What a process and the processes it started have used so far. */
export type Usage = {
  /** Processor time of all of them, threads included. Counted in hundredths of a second. */
  cpuMs: number;
  /** Resident memory of the process itself. */
  residentBytes: number;
  /** Resident memory of the processes it started, together; pages that they share are counted for each. */
  childrenResidentBytes: number;
};

/** The kernel counts processor time for programs in this unit, whatever its own. */
const tickMs = 10;
const bytesPerPage = 4096;

type Entry = { pid: number; parent: number; cpuMs: number; residentBytes: number };

/** Reads it from /proc; undefined on systems that have none (processor time is nowhere else to be had without a tool). */
export async function readUsage(pid: number): Promise<Usage | undefined> {
  if (process.platform !== 'linux') return undefined;
  const entries = await readEntries();
  const own = entries.get(pid);
  if (own === undefined) throw new Error(`Process ${pid} is gone.`);
  const children = [...entries.values()].filter((entry) => isBelow(entry, pid, entries));
  return {
    cpuMs: sum([own, ...children].map(({ cpuMs }) => cpuMs)),
    residentBytes: own.residentBytes,
    childrenResidentBytes: sum(children.map(({ residentBytes }) => residentBytes)),
  };
}

async function readEntries(): Promise<Map<number, Entry>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(pids.map((pid) => readEntry(Number(pid))));
  return new Map(entries.filter((entry) => entry !== undefined).map((entry) => [entry.pid, entry]));
}

async function readEntry(pid: number): Promise<Entry | undefined> {
  // A process may end between the listing and the reading.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The second field is the program's name in parentheses, and may hold anything; after it come numbers. proc(5):
  // here 1 is ppid, 11 to 14 are utime, stime and the same of children that have ended, 21 is resident pages.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return {
    pid,
    parent: fields[1] ?? 0,
    cpuMs: sum(fields.slice(11, 15)) * tickMs,
    residentBytes: (fields[21] ?? 0) * bytesPerPage,
  };
}

function isBelow(entry: Entry, pid: number, entries: ReadonlyMap<number, Entry>): boolean {
  if (entry.parent === pid) return true;
  const parent = entries.get(entry.parent);
  return parent !== undefined && isBelow(parent, pid, entries);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
