import type { CaseResult } from './measure-case.ts';
import type { RevocationResult } from './measure-revocation.ts';
import type { SearchResult } from './measure-search.ts';
import type { StampsResult } from './measure-stamps.ts';
import type { StartResult } from './measure-starts.ts';
import type { ToolsResult } from './measure-tools.ts';

/** Bytes resident when the servers were ready, and after all load; undefined where it cannot be read. */
export type MemoryResult = {
  microapp: { idleBytes: number; afterLoadBytes: number; toolProcessesBytes: number };
  bare: { idleBytes: number; afterLoadBytes: number };
};

export type Report = {
  measuredAt: string;
  machine: { cpus: number; cpuModel: string; platform: string; node: string };
  secondsPerRequest: number;
  connections: number;
  requests: CaseResult[];
  starts: StartResult | undefined;
  memory: MemoryResult | undefined;
  revocation: RevocationResult | undefined;
  search: SearchResult[];
  stamps: StampsResult[];
  tools: ToolsResult[];
};

type Table = { head: readonly string[]; rows: readonly (readonly string[])[] };

/** The tables for people. As Markdown they go into docs/benchmarks.md as they are. */
export function printable(report: Report, { markdown }: { markdown: boolean }): string {
  const tables = [
    requestTable(report.requests),
    toolsTable(report.tools),
    revocationTable(report),
    searchTable(report.search),
    stampsTable(report.stamps),
    processTable(report),
  ].filter(({ rows }) => rows.length > 0);
  const { cpus, cpuModel, platform, node } = report.machine;
  const caption = `${report.measuredAt.slice(0, 10)}, ${cpus} cores (${cpuModel}), ${platform}, Node ${node}, ${report.secondsPerRequest} s each, ${report.connections} connections`;
  return [caption, ...tables.map((table) => align(table, markdown)), ...longestHold(report.tools)].join('\n\n');
}

/** Nobody else is served while one run holds the event loop, so what matters of hostile ones is the worst moment. */
function longestHold(results: readonly ToolsResult[]): string[] {
  const hostile = results.filter(({ isHostile }) => isHostile);
  if (hostile.length === 0) return [];
  const longest = (of: (result: ToolsResult) => number): string => `${Math.max(...hostile.map(of)).toFixed(1)} ms`;
  const computed = longest(({ eventLoop }) => eventLoop.longestTurnMs);
  const held = longest(({ eventLoop }) => eventLoop.maxMs);
  const idle = longest(({ bareEventLoop }) => bareEventLoop.maxMs);
  return [
    `Under hostile load no turn of the server's event loop computed for more than ${computed}. The longest lasted ${held}; an idle process's, meanwhile, ${idle}.`,
  ];
}

function requestTable(results: readonly CaseResult[]): Table {
  return {
    head: ['Request', 'of bare route', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs', '× bare route'],
    rows: results.map(({ title, throughputRatio, microapp, cpuRatio }) => [
      title,
      `${(throughputRatio * 100).toFixed(1)} %`,
      microapp.requestsPerSecond.toFixed(0),
      microapp.p50Ms.toFixed(2),
      microapp.p99Ms.toFixed(2),
      microapp.cpuMicroseconds?.toFixed(0) ?? 'unknown',
      cpuRatio?.toFixed(1) ?? 'unknown',
    ]),
  };
}

function toolsTable(results: readonly ToolsResult[]): Table {
  return {
    head: [
      'Runs of',
      'of bare route',
      'runs/s',
      'p99 ms',
      'event loop p99 ms',
      'max ms',
      'longest turn, CPU ms',
      'idle process, p99 ms',
      'max ms',
      'pool',
    ],
    rows: results.map(({ title, throughputRatio, runsPerSecond, p99Ms, eventLoop, bareEventLoop, poolBytes }) => [
      title,
      `${(throughputRatio * 100).toFixed(1)} %`,
      runsPerSecond.toFixed(0),
      p99Ms.toFixed(1),
      eventLoop.p99Ms.toFixed(1),
      eventLoop.maxMs.toFixed(1),
      eventLoop.longestTurnMs.toFixed(1),
      bareEventLoop.p99Ms.toFixed(1),
      bareEventLoop.maxMs.toFixed(1),
      poolBytes === undefined ? 'unknown' : megabytes(poolBytes),
    ]),
  };
}

function revocationTable({ revocation }: Report): Table {
  const head = ['Management call, two processes', 'p50 ms', 'p99 ms', '× issue'];
  if (revocation === undefined) return { head, rows: [] };
  const { issue, revoke, ratio } = revocation;
  return {
    head,
    rows: [
      ['issue an embed token', issue.p50Ms.toFixed(2), issue.p99Ms.toFixed(2), '1.0'],
      ['revoke one, true on both', revoke.p50Ms.toFixed(2), revoke.p99Ms.toFixed(2), ratio.toFixed(1)],
    ],
  };
}

function searchTable(results: readonly SearchResult[]): Table {
  return {
    head: ['Page of 100,000 customers', 'least ms', 'p50 ms', 'p99 ms'],
    rows: results.map(({ title, leastMs, p50Ms, p99Ms }) => [
      title,
      leastMs.toFixed(1),
      p50Ms.toFixed(1),
      p99Ms.toFixed(1),
    ]),
  };
}

function stampsTable(results: readonly StampsResult[]): Table {
  return {
    head: ['Last uses of 1,000 tokens of 100,000', 'µs each', 'bytes of log each'],
    rows: results.map(({ title, microsecondsPerStamp, logBytesPerStamp }) => [
      title,
      microsecondsPerStamp.toFixed(0),
      logBytesPerStamp.toFixed(0),
    ]),
  };
}

function processTable({ starts, memory }: Report): Table {
  const rows: string[][] = [];
  if (starts !== undefined) {
    rows.push(
      ['cold start', `${starts.coldMs.toFixed(0)} ms`, `${starts.bareMs.toFixed(0)} ms`],
      ['warm start', `${starts.warmMs.toFixed(0)} ms`, `${starts.bareMs.toFixed(0)} ms`],
    );
  }
  if (memory !== undefined) {
    const { microapp, bare } = memory;
    rows.push(
      ['memory, idle', megabytes(microapp.idleBytes), megabytes(bare.idleBytes)],
      ['memory, after load', megabytes(microapp.afterLoadBytes), megabytes(bare.afterLoadBytes)],
      ['memory of tool processes, after load', megabytes(microapp.toolProcessesBytes), ''],
    );
  }
  return { head: ['Process', 'Microapp', 'bare route'], rows };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}

function align({ head, rows }: Table, markdown: boolean): string {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length), title.length),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return markdown ? `| ${padded.join(' | ')} |` : padded.join('  ').trimEnd();
  };
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}${markdown ? ':' : '-'}`,
  );
  return [head, rule, ...rows].map(line).join('\n');
}
