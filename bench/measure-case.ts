import { bareLoad, type Case } from './cases.ts';
import type { Installation } from './installation.ts';
import { putLoad, type Expected, type Load } from './load.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { readUsage } from './process-usage.ts';
import { median, percentile } from './statistics.ts';

export type Measured = {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Processor time of the server and the processes it started, per request; undefined where it cannot be read. */
  cpuMicroseconds: number | undefined;
};

export type CaseResult = {
  name: string;
  title: string;
  microapp: Measured;
  bare: Measured;
  /** Requests per second as a part of the bare route's: the median of the rounds. */
  throughputRatio: number;
  /** Processor time per request as a multiple of the bare route's. */
  cpuRatio: number | undefined;
};

export type Servers = { microapp: MeasuredProcess; bareRoute: MeasuredProcess; installation: Installation };

type Round = { answers: number; seconds: number; latenciesMs: number[]; cpuMs: number | undefined };

/** Odd, so that the median is a round that took place. */
const rounds = 5;
const warmUpRounds = 2;

/**
 * Measures a case and the bare route by turns, a round each, and changes who goes first: what else the machine does, or
 * how warm it is, hits both. The first rounds are not counted; compilers and caches warm up in them.
 */
export async function measureCase(measured: Case, servers: Servers, seconds: number): Promise<CaseResult> {
  const secondsPerRound = seconds / rounds;
  const onMicroapp = async (duration: number): Promise<Round> => {
    const load = await measured.load(servers.installation, duration);
    return measureRound(servers.microapp, load, measured.expected);
  };
  const onBareRoute = (duration: number): Promise<Round> => {
    const { load, expected } = bareLoad(measured.bare, duration);
    return measureRound(servers.bareRoute, load, expected);
  };

  await onMicroapp(secondsPerRound * warmUpRounds);
  await onBareRoute(secondsPerRound * warmUpRounds);
  const microappRounds: Round[] = [];
  const bareRounds: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) bareRounds.push(await onBareRoute(secondsPerRound));
    microappRounds.push(await onMicroapp(secondsPerRound));
    if (round % 2 === 1) bareRounds.push(await onBareRoute(secondsPerRound));
  }

  const microapp = summarize(microappRounds);
  const bare = summarize(bareRounds);
  return {
    name: measured.name,
    title: measured.title,
    microapp,
    bare,
    throughputRatio: median(microappRounds.map((round, index) => rateOf(round) / rateOf(bareRounds[index]))),
    cpuRatio:
      microapp.cpuMicroseconds === undefined || bare.cpuMicroseconds === undefined
        ? undefined
        : microapp.cpuMicroseconds / bare.cpuMicroseconds,
  };
}

async function measureRound(server: MeasuredProcess, load: Load, expected: Expected): Promise<Round> {
  const before = await readUsage(server.pid);
  const { answers, seconds, latenciesMs } = await putLoad(server.url, load, expected);
  const after = await readUsage(server.pid);
  const cpuMs = before === undefined || after === undefined ? undefined : after.cpuMs - before.cpuMs;
  return { answers, seconds, latenciesMs, cpuMs };
}

function summarize(measuredRounds: readonly Round[]): Measured {
  const latenciesMs = measuredRounds.flatMap((round) => round.latenciesMs);
  const answers = measuredRounds.reduce((total, round) => total + round.answers, 0);
  const cpuMs = measuredRounds.reduce<number | undefined>(
    (total, round) => (total === undefined || round.cpuMs === undefined ? undefined : total + round.cpuMs),
    0,
  );
  return {
    requestsPerSecond: median(measuredRounds.map(rateOf)),
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
    cpuMicroseconds: cpuMs === undefined ? undefined : (cpuMs * 1000) / answers,
  };
}

function rateOf(round: Round | undefined): number {
  return round === undefined ? Number.NaN : round.answers / round.seconds;
}
