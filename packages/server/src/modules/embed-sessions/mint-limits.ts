import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { createLimiter, type Verdict } from '../../platform/limits/limiter.ts';
import { networkOf } from '../../platform/limits/network-of.ts';
import type { RedisConnection } from '../../platform/redis/connection.ts';
import type { EmbedRecord } from '../access/index.ts';

/** Each per minute; `mintsPerMinute` of a surface is the limit of its client token. */
export type MintLimitSettings = { perAddress: number; perWorkspace: number; failuresPerAddress: number };

/** Each function throws `rate_limited` with `Retry-After`. Addresses are counted by network. */
export type MintLimits = {
  /** Counts what an address asks for, whatever comes of it. */
  countMintOf(address: string): Promise<void>;
  /** Verifies something presented from an address, unless too much from there was invalid; counts it when it is. */
  countFailures: <T>(address: string, verify: () => Promise<T>) => Promise<T>;
  /** Counts a mint that nothing else refuses, of its credential and its workspace. */
  countMint(record: EmbedRecord): Promise<void>;
  /** Counts a page that says hello from an address, whatever comes of it. */
  countHelloOf(address: string): Promise<void>;
  /** Counts a hello that nothing else refuses, of its credential. */
  countHello(record: EmbedRecord): Promise<void>;
};

/** Of a client token whose surface says nothing, and of an embed token. */
const mintsPerMinuteDefault = 300;
/** Every view of a page says hello, and few open the widget. */
const hellosPerMint = 10;
const addressesMax = 100_000;
const credentialsMax = 50_000;
const workspacesMax = 50_000;

/**
 * How often sessions may be asked for (spec: "per client token per minute, per address and per workspace"). Three threats:
 *
 *   A client token is public, so a copied one is cut off by what it may mint in all, from however many addresses.
 *   One visitor must not use up what is meant for all: each address has its own, smaller part.
 *   Guessing is cut off by address alone. Were it counted by credential, anybody could lock its owner out.
 *
 * A refused credential comes before its workspace, so that one copied token does not use up its workspace's other ones.
 *
 * A hello mints nothing, so it is counted by itself: however often a page is viewed, its visitors' sessions are there for
 * them. Its limits follow those of minting, and what is invalid counts together.
 */
export function createMintLimits(deps: {
  clock: Clock;
  redis: RedisConnection | undefined;
  settings: MintLimitSettings;
}): MintLimits {
  const { settings } = deps;
  const addresses = createLimiter({ ...deps, name: 'mints-of-address', keysMax: addressesMax });
  const failures = createLimiter({ ...deps, name: 'failures-of-address', keysMax: addressesMax });
  const credentials = createLimiter({ ...deps, name: 'mints-of-credential', keysMax: credentialsMax });
  const workspaces = createLimiter({ ...deps, name: 'mints-of-workspace', keysMax: workspacesMax });
  const helloAddresses = createLimiter({ ...deps, name: 'hellos-of-address', keysMax: addressesMax });
  const helloCredentials = createLimiter({ ...deps, name: 'hellos-of-credential', keysMax: credentialsMax });

  return {
    async countMintOf(address) {
      admit(await addresses.consume(networkOf(address), settings.perAddress), 'mints_of_address');
    },
    async countFailures(address, verify) {
      const network = networkOf(address);
      admit(await failures.check(network, settings.failuresPerAddress), 'failures_of_address');
      try {
        return await verify();
      } catch (error) {
        if (error instanceof AppError && error.code === 'invalid_token') {
          await failures.consume(network, settings.failuresPerAddress);
        }
        throw error;
      }
    },
    async countMint(record) {
      admit(await credentials.consume(record.id, mintsPerMinuteOf(record)), 'mints_of_credential');
      admit(await workspaces.consume(record.workspaceId, settings.perWorkspace), 'mints_of_workspace');
    },
    async countHelloOf(address) {
      const max = settings.perAddress * hellosPerMint;
      admit(await helloAddresses.consume(networkOf(address), max), 'hellos_of_address');
    },
    async countHello(record) {
      const max = mintsPerMinuteOf(record) * hellosPerMint;
      admit(await helloCredentials.consume(record.id, max), 'hellos_of_credential');
    },
  };
}

function mintsPerMinuteOf(record: EmbedRecord): number {
  return (record.class === 'client_token' ? record.mintsPerMinute : undefined) ?? mintsPerMinuteDefault;
}

function admit(verdict: Verdict, reason: string): void {
  if (verdict.isAdmitted) return;
  const seconds = verdict.retryAfterSeconds;
  throw new AppError('rate_limited', {
    reason,
    hint: `Try again in ${seconds} s.`,
    headers: { 'retry-after': String(seconds) },
  });
}
