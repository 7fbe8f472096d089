import { beforeAll, expect, it } from 'vitest';
import { createEnvelope } from '../../platform/crypto/envelope.ts';
import { systemRandom } from '../../platform/random.ts';
import {
  describeApp,
  expectStatus,
  freshSecretKey,
  refusalOf,
  type Answer,
  type Scenario,
} from '../../testing/scenario.ts';
import { readWebhookSecret } from './read.ts';

const oldKey = freshSecretKey();
const newKey = freshSecretKey();

describeApp('the webhook secret', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open({ secretKeys: [newKey, oldKey] });
  });

  const url = '/v1/webhook-secret';
  const rotate = (owner: { ask: Scenario['ask'] }): Promise<Answer> =>
    expectStatus(owner.ask({ method: 'POST', url: `${url}/rotate` }), 200);

  it('is not there at first; asking does not make it', async () => {
    const owner = await scenario.anotherOwner();
    await owner.ask({ url });
    const before = await scenario.rows();
    const { body } = await expectStatus(owner.ask({ url }), 200);
    expect(body).toEqual({ ownerId: owner.id, version: null, secretLast4: null, createdAt: null });
    expect(await scenario.rows()).toBe(before);
  });

  it('is made by the first call that needs it, once for all that come together, and each owner has its own', async () => {
    const owner = await scenario.anotherOwner();
    const other = await scenario.anotherOwner();
    const read = await Promise.all([1, 2, 3].map(() => readWebhookSecret(scenario.deps, owner.id)));
    const [secret] = new Set(read.map((each) => each.reveal()));
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(new Set(read.map((each) => each.reveal())).size).toBe(1);
    expect((await owner.ask({ url })).body).toEqual({
      ownerId: owner.id,
      version: 1,
      secretLast4: secret?.slice(-4),
      createdAt: new Date(scenario.clock.now()).toISOString(),
    });
    expect((await readWebhookSecret(scenario.deps, other.id)).reveal()).not.toBe(secret);
  });

  it('is shown by its rotation alone, which replaces it at once', async () => {
    const owner = await scenario.anotherOwner();
    const first = (await rotate(owner)).body;
    expect(first).toMatchObject({ ownerId: owner.id, version: 1, secretLast4: first.secret.slice(-4) });
    expect((await readWebhookSecret(scenario.deps, owner.id)).reveal()).toBe(first.secret);
    scenario.clock.advance(1000);
    const second = (await rotate(owner)).body;
    expect(second).toMatchObject({ version: 2, createdAt: new Date(scenario.clock.now()).toISOString() });
    expect(second.secret).not.toBe(first.secret);
    expect((await readWebhookSecret(scenario.deps, owner.id)).reveal()).toBe(second.secret);
    const seen = await owner.ask({ url });
    expect(seen.body).toEqual({ ...second, secret: undefined });
  });

  it('is in no table and no log line, and opens in its own row only', async () => {
    const owner = await scenario.anotherOwner();
    const { secret } = (await rotate(owner)).body;
    const base64 = String(secret).slice('whsec_'.length);
    const everything = (await scenario.rows()) + scenario.logged();
    for (const form of [base64, Buffer.from(secret).toString('hex'), Buffer.from(base64, 'base64').toString('hex')]) {
      expect(everything).not.toContain(form);
    }
    const [row] = await scenario.database.admin.query(
      'select id, secret_sealed as sealed from webhook_secrets where owner_id = $1',
      [owner.id],
    );
    const envelope = createEnvelope([newKey], systemRandom);
    const sealed = row?.['sealed'] as Uint8Array; // as the table has it
    expect(envelope.open(sealed, `webhook_secrets/${String(row?.['id'])}`).toString()).toBe(secret);
    expect(() => envelope.open(sealed, 'webhook_secrets/whs_another')).toThrow('authenticate');
  });

  it('is sealed again with the new encryption key when that is asked for', async () => {
    const owner = await scenario.anotherOwner();
    const old = createEnvelope([oldKey], systemRandom);
    const secret = await readWebhookSecret({ ...scenario.deps, envelope: old }, owner.id);
    await expectStatus(scenario.owner.ask({ method: 'POST', url: '/v1/installation/rotate-keys' }), 200);
    const onlyNew = { ...scenario.deps, envelope: createEnvelope([newKey], systemRandom) };
    expect((await readWebhookSecret(onlyNew, owner.id)).reveal()).toBe(secret.reveal());
  });

  it('is nobody else’s to see or to replace', async () => {
    const owner = await scenario.anotherOwner();
    const { secret } = (await rotate(owner)).body;
    const embedToken = await owner.embedToken((await owner.workspace()).id, { apps: [(await owner.tool('any')).slug] });
    const before = await readWebhookSecret(scenario.deps, owner.id);
    for (const headers of [
      {},
      { authorization: `Bearer ${embedToken.token}` },
      { authorization: `Bearer ${secret}` },
    ]) {
      expect(refusalOf(await scenario.ask({ url, headers })).status).toBe(401);
      expect(refusalOf(await scenario.ask({ method: 'POST', url: `${url}/rotate`, headers })).status).toBe(401);
    }
    await rotate(await scenario.anotherOwner());
    expect((await readWebhookSecret(scenario.deps, owner.id)).reveal()).toBe(before.reveal());
  });
});
