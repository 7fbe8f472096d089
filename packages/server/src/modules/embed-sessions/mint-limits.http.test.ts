import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildApp } from '../../app.ts';
import { credentialChecksum, credentialForms } from '@microapp/contract';
import { openRedis } from '../../platform/redis/connection.ts';
import { Secret } from '../../platform/secret.ts';
import { startRedis, type RedisServer } from '../../testing/redis.ts';
import { expectRefusal, type ExpectedRefusal } from '../../testing/refusal.ts';
import {
  askOf,
  describeApp,
  describeAppOnce,
  expectStatus,
  ownUrl,
  refusalOf,
  type Answer,
  type Ask,
  type Scenario,
  type ScenarioOptions,
} from '../../testing/scenario.ts';
import { change, redeemRequest, refreshRequest, sessionRequest } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const minuteMs = 60_000;
/** What the product does without settings. */
const defaults: ScenarioOptions = { settings: { MINTS_PER_ADDRESS_PER_MINUTE: '' } };

type Surface = { id: string; clientToken: string; clientTokenId: string };

let addressesTaken = 0;

/** An address that nothing has come from. */
function freshAddress(): string {
  addressesTaken += 1;
  return `10.${addressesTaken >> 16}.${(addressesTaken >> 8) & 255}.${addressesTaken & 255}`;
}

function mint(surface: Surface, address: string = freshAddress(), from: string = origin): Ask {
  return { ...sessionRequest(surface, from), address };
}

function mintWithToken(token: string, address: string = freshAddress()): Ask {
  return {
    method: 'POST',
    url: '/v1/embed/sessions',
    headers: { 'x-microapp-embed-token': token },
    body: { origin },
    address,
  };
}

/** Well-formed, and nobody's. */
function strangersKey(n: number, credentialClass: 'client_token' | 'embed_ticket' = 'client_token'): string {
  const start = credentialForms[credentialClass] + String(n).padStart(32, '0');
  return start + credentialChecksum(start);
}

async function statusesOf(asks: readonly Ask[], ask: Scenario['ask']): Promise<number[]> {
  const answers = await Promise.all(asks.map((one) => ask(one)));
  return answers.map(({ status }) => status);
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function countOf(statuses: readonly number[], status: number): number {
  return statuses.filter((one) => one === status).length;
}

function refused(reason: string, who: { workspaceId?: string; credentialId?: string } = {}): ExpectedRefusal {
  return { status: 429, code: 'rate_limited', reason, ...who };
}

function expectToWait(answer: Answer, seconds: number): void {
  expect(answer.headers['retry-after']).toBe(String(seconds));
  expect(answer.body.hint).toContain(`${seconds} s`);
}

describeApp('minting with one client token', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open(defaults);
    workspaceId = (await scenario.owner.workspace()).id;
  });

  it('is cut off at what its surface says, from however many addresses, and starts again after a minute (H35, H36, H37, H63)', async () => {
    const { owner, ask, clock } = scenario;
    const surface = await owner.surface(workspaceId, { limits: { mintsPerMinute: 5 } });
    const who = { workspaceId, credentialId: surface.clientTokenId };
    for (const asked of times(5, () => mint(surface))) await expectStatus(ask(asked), 201);
    clock.advance(20_500);
    const answer = await expectRefusal(scenario, () => ask(mint(surface)), refused('mints_of_credential', who));
    expectToWait(answer, 40);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers['access-control-expose-headers']).toContain('retry-after');
    clock.advance(minuteMs - 20_500);
    await expectStatus(ask(mint(surface)), 201);
  });

  it('is cut off exactly, also when everybody asks at once, and other tokens of the workspace go on (H36, H37, H68)', async () => {
    const { owner, ask } = scenario;
    const [surface, other] = [
      await owner.surface(workspaceId, { limits: { mintsPerMinute: 7 } }),
      await owner.surface(workspaceId),
    ];
    const statuses = await statusesOf(
      times(30, () => mint(surface)),
      ask,
    );
    expect([countOf(statuses, 201), countOf(statuses, 429)]).toEqual([7, 23]);
    await expectStatus(ask(mint(other)), 201);
  });

  it('a changed limit holds from the next request on, up and down (H36)', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(workspaceId, { limits: { mintsPerMinute: 1 } });
    const setTo = (mintsPerMinute: number) =>
      change(owner, `/v1/surfaces/${surface.id}`, { limits: { mintsPerMinute } });
    await expectStatus(ask(mint(surface)), 201);
    await expectStatus(ask(mint(surface)), 429);
    await setTo(4);
    await expectStatus(ask(mint(surface)), 201);
    await setTo(2);
    await expectStatus(ask(mint(surface)), 429);
  });
});

describeAppOnce('the limits of minting', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open(defaults);
    workspaceId = (await scenario.owner.workspace()).id;
  });

  it('are 300 a minute for a client token whose surface says nothing, and for an embed token (H36)', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(workspaceId);
    const { token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    for (const asked of [() => mint(surface), () => mintWithToken(token)]) {
      const statuses = await statusesOf(times(301, asked), ask);
      expect([countOf(statuses, 201), countOf(statuses, 429)]).toEqual([300, 1]);
    }
  }, 120_000);

  it('a refused origin, a foreign workspace and a wrong app use nothing up (H36)', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(workspaceId, { limits: { mintsPerMinute: 1 } });
    for (const asked of [
      mint(surface, freshAddress(), 'https://evil.test'),
      { ...sessionRequest(surface, origin, { workspaceId: scenario.owner.workspaceId }), address: freshAddress() },
      { ...sessionRequest(surface, origin, { app: 'another-app' }), address: freshAddress() },
    ]) {
      await expectStatus(ask(asked), 403);
    }
    await expectStatus(ask(mint(surface)), 201);
  });

  it('a session that is refreshed, and a ticket that is redeemed, are no mints', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(workspaceId, { limits: { mintsPerMinute: 1 } });
    const { token } = await scenario.session(surface, origin);
    for (let n = 0; n < 3; n++) await expectStatus(ask(refreshRequest(token)), 200);
    await expectStatus(ask(mint(surface)), 429);
  });

  it('one workspace has its own for all of its tokens together, and no other workspace feels it', async () => {
    const limited = await open({ settings: { MINTS_PER_WORKSPACE_PER_MINUTE: '4' } });
    const { owner, ask } = limited;
    const [mine, others] = [await owner.workspace(), await owner.workspace()];
    const [surface, second, elsewhere] = [
      await owner.surface(mine.id),
      await owner.surface(mine.id),
      await owner.surface(others.id),
    ];
    const { token } = await owner.embedToken(mine.id, { allowedOrigins: ['shop.example'] });
    for (const asked of [mint(surface), mint(surface), mint(second), mintWithToken(token)]) {
      await expectStatus(ask(asked), 201);
    }
    const who = { workspaceId: mine.id, credentialId: second.clientTokenId };
    await expectRefusal(limited, () => ask(mint(second)), refused('mints_of_workspace', who));
    await expectStatus(ask(mint(elsewhere)), 201);
  });

  it('a token at its limit uses up nothing of its workspace', async () => {
    const limited = await open({ settings: { MINTS_PER_WORKSPACE_PER_MINUTE: '4' } });
    const { id } = await limited.owner.workspace();
    const leaked = await limited.owner.surface(id, { limits: { mintsPerMinute: 2 } });
    const surface = await limited.owner.surface(id);
    const statuses = await statusesOf(
      times(10, () => mint(leaked)),
      limited.ask,
    );
    expect(countOf(statuses, 201)).toBe(2);
    for (let n = 0; n < 2; n++) await expectStatus(limited.ask(mint(surface)), 201);
  });

  describe('of one address', () => {
    it('are 60 a minute, over all client tokens, and another address goes on (H35, H63)', async () => {
      const { owner, ask } = scenario;
      const surfaces = [await owner.surface(workspaceId), await owner.surface(workspaceId)] as const;
      const address = freshAddress();
      const statuses = await statusesOf(
        times(60, (n) => mint(surfaces[n % 2 === 0 ? 0 : 1], address)),
        ask,
      );
      expect(countOf(statuses, 201)).toBe(60);
      // Before any look-up: nobody knows yet whose the key is.
      expectToWait(
        await expectRefusal(scenario, () => ask(mint(surfaces[0], address)), refused('mints_of_address')),
        60,
      );
      await expectStatus(ask(mint(surfaces[0])), 201);
      scenario.clock.advance(minuteMs);
      await expectStatus(ask(mint(surfaces[0], address)), 201);
    });

    it.each([
      ['an IPv6 network of 64 bits', (n: number) => `2001:db8:0:1::${n.toString(16)}`],
      [
        'an IPv4 address, however it is written',
        (n: number) => (n % 2 === 0 ? '198.51.100.77' : '::ffff:198.51.100.77'),
      ],
    ])('count %s as one (H37)', async (_, addressOf) => {
      const limited = await open({ settings: { MINTS_PER_ADDRESS_PER_MINUTE: '6' } });
      const surface = await limited.owner.surface((await limited.owner.workspace()).id);
      const statuses = await statusesOf(
        times(10, (n) => mint(surface, addressOf(n))),
        limited.ask,
      );
      expect(countOf(statuses, 201)).toBe(6);
    });

    it('do not care what a caller writes into headers (H37, H63)', async () => {
      const limited = await open({ settings: { MINTS_PER_ADDRESS_PER_MINUTE: '6', TRUST_PROXY: '192.0.2.1' } });
      const surface = await limited.owner.surface((await limited.owner.workspace()).id);
      const forged = (n: number): Ask => {
        const asked = mint(surface, '198.51.100.9');
        const claimed = `203.0.113.${n}`;
        const headers = { 'x-forwarded-for': claimed, 'x-real-ip': claimed, forwarded: `for=${claimed}` };
        return { ...asked, headers: { ...asked.headers, ...headers } };
      };
      expect(countOf(await statusesOf(times(10, forged), limited.ask), 201)).toBe(6);
      // Through the proxy, what stands left of the address that the proxy saw is as little worth.
      const throughProxy = (n: number): Ask => {
        const asked = mint(surface, '192.0.2.1');
        return { ...asked, headers: { ...asked.headers, 'x-forwarded-for': `203.0.113.${n}, 198.51.100.10` } };
      };
      expect(countOf(await statusesOf(times(10, throughProxy), limited.ask), 201)).toBe(6);
    });

    it('do not hold for a server with a token for servers, which asks for all of its visitors', async () => {
      const { owner, ask } = scenario;
      const tokens = [
        await owner.embedToken(workspaceId, { use: 'server', allowedOrigins: ['shop.example'] }),
        await owner.embedToken(workspaceId, { use: 'widget', allowedOrigins: ['shop.example'] }),
      ];
      const admitted: number[] = [];
      for (const { token } of tokens) {
        const address = freshAddress();
        admitted.push(
          countOf(
            await statusesOf(
              times(70, () => mintWithToken(token, address)),
              ask,
            ),
            201,
          ),
        );
      }
      expect(admitted).toEqual([70, 60]);
    });
  });

  describe('of invalid credentials', () => {
    const few: ScenarioOptions = { settings: { FAILURES_PER_ADDRESS_PER_MINUTE: '3' } };

    it('cut an address off before any look-up, with unknown keys and unknown tickets together', async () => {
      const limited = await open(few);
      const { ask, owner } = limited;
      const surface = await owner.surface((await owner.workspace()).id);
      const address = '198.51.100.20';
      const guessKey = (n: number): Ask => mint({ ...surface, clientToken: strangersKey(n) }, address);
      const guessTicket = (n: number): Ask => ({
        ...redeemRequest(strangersKey(n, 'embed_ticket'), origin),
        address,
      });
      for (const asked of [guessKey(1), guessTicket(1), guessKey(2)]) {
        expect(refusalOf(await ask(asked))).toEqual({ status: 401, code: 'invalid_token' });
      }
      for (const asked of [guessKey(3), guessTicket(2), mint(surface, address)]) {
        expectToWait(await expectRefusal(limited, () => ask(asked), refused('failures_of_address')), 60);
      }
      await expectStatus(ask(mint(surface)), 201);
      limited.clock.advance(minuteMs);
      await expectStatus(ask(mint(surface, address)), 201);
    });

    it("never stand between a valid credential and its owner: others' failures with a revoked or refused one count for them alone", async () => {
      const limited = await open(few);
      const { ask, owner } = limited;
      const surface = await owner.surface((await owner.workspace()).id);
      const rotated = await expectStatus(
        owner.ask({ method: 'POST', url: `/v1/surfaces/${surface.id}/rotate-token` }),
        200,
      );
      const attacker = '198.51.100.30';
      for (let n = 0; n < 3; n++) await expectStatus(ask(mint(surface, attacker)), 401);
      await expectStatus(ask(mint(surface, attacker)), 429);
      await expectStatus(ask(mint(rotated.body)), 201);
    });

    it('do not count what is no credential, and what costs no look-up, nor a listed key from the wrong page', async () => {
      const limited = await open(few);
      const { ask, owner } = limited;
      const surface = await owner.surface((await owner.workspace()).id);
      const address = '198.51.100.40';
      for (let n = 0; n < 5; n++) {
        await expectStatus(ask(mint({ ...surface, clientToken: 'wk_pub_cut-off' }, address)), 401);
        await expectStatus(ask(mint(surface, address, 'https://evil.test')), 403);
        await expectStatus(ask({ ...redeemRequest('mtkt_cut-off', origin), address }), 401);
      }
      await expectStatus(ask(mint(surface, address)), 201);
    });
  });

  it('a public key, through a limited endpoint, becomes a token of minutes, and the secret stays behind the server (H38)', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(workspaceId, { limits: { mintsPerMinute: 1 } });
    const opened = await expectStatus(ask(mint(surface)), 201);
    await expectStatus(ask(mint(surface)), 429);
    const redeemed = await expectStatus(ask(redeemRequest(opened.body.ticket, origin, { surfaceId: surface.id })), 200);
    expect(redeemed.body.expiresIn).toBe(300);
    const me = (): Promise<Answer> =>
      ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${redeemed.body.token}`, origin: ownUrl } });
    await expectStatus(me(), 200);
    scenario.clock.advance(300_000);
    await expectStatus(me(), 401);
    for (const seen of [opened.text, redeemed.text]) expect(seen).not.toMatch(/mk_|mtok_/);
  });
});

/** One of several instances on the database of a scenario, with its own connection to Redis and its own counts. */
type Instance = { ask: Scenario['ask']; advance: (milliseconds: number) => void; close: () => Promise<void> };

async function openInstance(scenario: Scenario, redisUrl: string): Promise<Instance> {
  const redis = await openRedis(new Secret(redisUrl), scenario.deps);
  const app = await buildApp({ ...scenario.deps, redis });
  return {
    async ask(asked) {
      const answer = await askOf(app.server)(asked);
      // The scenario looks at the access log, and knows of its own app only.
      await app.flush();
      return answer;
    },
    advance: (milliseconds) => scenario.clock.advance(milliseconds),
    async close() {
      await app.close();
      redis.close();
    },
  };
}

describeApp('two instances on one database and one Redis', (open) => {
  let redis: RedisServer;
  let scenario: Scenario;
  let one: Instance;
  let other: Instance;

  beforeAll(async () => {
    redis = await startRedis();
    scenario = await open();
    one = await openInstance(scenario, redis.url);
    other = await openInstance(scenario, redis.url);
  });
  afterAll(async () => {
    await one.close();
    await other.close();
    await redis.stop();
  });

  function mintsOnBoth(surface: Surface, each: number): Promise<number[]> {
    const asks = times(each, () => mint(surface));
    return Promise.all([statusesOf(asks, one.ask), statusesOf(asks, other.ask)]).then((both) => both.flat());
  }

  it('share the limit of a client token exactly (H36, H37)', async () => {
    const { id } = await scenario.owner.workspace();
    const surface = await scenario.owner.surface(id, { limits: { mintsPerMinute: 9 } });
    const statuses = await mintsOnBoth(surface, 10);
    expect([countOf(statuses, 201), countOf(statuses, 429)]).toEqual([9, 11]);
    const who = { workspaceId: id, credentialId: surface.clientTokenId };
    const answer = await expectRefusal(scenario, () => other.ask(mint(surface)), refused('mints_of_credential', who));
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(60);
  });

  it('share what was invalid from an address (H63)', async () => {
    const { owner, deps } = scenario;
    const surface = await owner.surface((await owner.workspace()).id);
    const address = freshAddress();
    const max = deps.config.mintLimits.failuresPerAddress;
    const guess = (n: number): Ask => mint({ ...surface, clientToken: strangersKey(n) }, address);
    expect(countOf(await statusesOf(times(max, guess), one.ask), 401)).toBe(max);
    expect((await other.ask(guess(max))).status).toBe(429);
  });

  it('have a share each and say so while Redis hangs, and share the limit again afterwards', async () => {
    const { owner } = scenario;
    const { id } = await owner.workspace();
    const surface = await owner.surface(id, { limits: { mintsPerMinute: 8 } });
    for (const { ask } of [one, other])
      expect((await ask({ url: '/readyz' })).body).toEqual({ status: 'ok', redis: 'ok' });
    await redis.command('CLIENT', 'PAUSE', '2000', 'ALL');
    const statuses = await mintsOnBoth(surface, 5);
    expect([countOf(statuses, 201), countOf(statuses, 429)]).toEqual([4, 6]);
    for (const { ask } of [one, other]) {
      const ready = await ask({ url: '/readyz' });
      expect([ready.status, ready.body]).toEqual([200, { status: 'ok', redis: 'unavailable' }]);
    }
    for (const { ask, advance } of [one, other]) {
      await vi.waitFor(
        async () => {
          advance(1000);
          expect((await ask({ url: '/readyz' })).body.redis).toBe('ok');
        },
        { timeout: 15_000, interval: 100 },
      );
    }
    const again = await owner.surface(id, { limits: { mintsPerMinute: 6 } });
    expect(countOf(await mintsOnBoth(again, 6), 201)).toBe(6);
  });
});
