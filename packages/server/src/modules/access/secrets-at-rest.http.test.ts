import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, loanInputs, ownUrl, type Scenario } from '../../testing/scenario.ts';
import { redeemRequest, refreshRequest, sessionRequest, sessionRun } from '../../testing/visitor.ts';

const origin = 'https://shop.example';

describeApp('what is kept of secrets', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('no table and no log line holds a raw key, token, ticket, session or copied URL, in any form that could be turned back (M57, H7, U75)', async () => {
    const { owner, ask, run } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const ownerKey = (
      await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: { label: 'second' } }), 201)
    ).body;
    const rotatedKey = (
      await expectStatus(owner.ask({ method: 'POST', url: `/v1/owner-keys/${ownerKey.id}/rotate` }), 200)
    ).body;
    const embedToken = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    const rotated = (
      await expectStatus(owner.ask({ method: 'POST', url: `/v1/embed-tokens/${embedToken.id}/rotate` }), 200)
    ).body;
    const surface = await owner.surface(workspaceId);
    const apiKey = await owner.apiKey();
    const signing = {
      method: 'POST' as const,
      url: '/v1/api-keys/sign',
      headers: { 'x-api-key': apiKey.key },
      body: { exp: scenario.clock.now() / 1000 + 3600, scope: 'readonly', apps: ['my-app'] },
    };
    const signed = (await expectStatus(ask(signing), 200)).body;
    await expectStatus(ask({ url: '/v1/sessions', headers: { 'x-embed-token': signed.token } }), 200);
    const pending = (await expectStatus(ask(sessionRequest(surface, origin)), 201)).body;
    const opened = (await expectStatus(ask(sessionRequest(surface, origin)), 201)).body;
    const fields = { surfaceId: surface.id };
    const redeemed = (await expectStatus(ask(redeemRequest(opened.ticket, origin, fields)), 200)).body;
    const refreshed = (await expectStatus(ask(refreshRequest(redeemed.token)), 200)).body;
    const copied = await expectStatus(owner.ask({ method: 'POST', url: `/v1/embed-tokens/${embedToken.id}/url` }), 201);
    const urlToken = copied.body.url.split('#token=')[1];
    await expectStatus(ask({ ...redeemRequest('', origin), body: { urlToken, parentOrigin: origin } }), 200);
    await expectStatus(ask({ url: `/embed/apps/loan-calculator?for=${embedToken.id}&token=${urlToken}` }), 200);
    await expectStatus(run('loan-calculator', rotated.token), 200);
    await expectStatus(ask(sessionRun(refreshed.token, 'loan-calculator', loanInputs)), 200);
    const secrets: Record<string, string> = {
      'first owner key': owner.key,
      'owner key': ownerKey.key,
      'rotated owner key': rotatedKey.key,
      'embed token': embedToken.token,
      'rotated embed token': rotated.token,
      'pending ticket': pending.ticket,
      'used ticket': opened.ticket,
      'API key': apiKey.key,
      'signed token': signed.token,
      session: redeemed.token,
      'refreshed session': refreshed.token,
      'URL token': urlToken,
    };
    // Used once more in every wrong way that somebody will find: in a URL, in the wrong header, as a request id.
    for (const secret of Object.values(secrets)) {
      await ask({ url: `/v1/embed/me?token=${secret}&embed=1`, headers: { 'x-microapp-embed-token': secret } });
      await ask({
        url: '/v1/embed/me',
        headers: { authorization: `Bearer ${secret}`, origin: `https://${secret}.test` },
      });
      await ask({
        url: '/v1/me',
        headers: { authorization: `Bearer ${secret}`, 'x-request-id': secret, 'user-agent': secret },
      });
      await ask(redeemRequest(secret, origin, fields));
      await ask({ ...redeemRequest('', origin), body: { urlToken: `${secret}x`, parentOrigin: secret, for: secret } });
      await ask({ method: 'POST', url: '/v1/embed/sessions', headers: { origin: ownUrl }, body: { key: secret } });
      await ask({ method: 'POST', url: `/api/tools/${secret}/run?embed=1`, text: `{"inputs":${secret}` });
      await ask({ url: '/v1/sessions', headers: { 'x-api-key': secret } });
      await ask({ url: '/v1/sessions', headers: { 'x-embed-token': secret } });
      await ask({ url: `/v1/sessions/${secret}?appId=${secret}` });
      await ask({ url: `/%zz?${secret}` });
    }
    await scenario.flush();

    const dump = await everyRow(scenario);
    const logged = scenario.logged();
    expect(dump).toContain(embedToken.id);
    expect(dump).toContain(surface.clientToken); // public, and kept as it is
    expect(logged).toContain('/v1/embed/sessions/redeem');
    const found: string[] = [];
    for (const [name, secret] of Object.entries(secrets)) {
      const random = secret.startsWith('eyJ') ? (secret.split('.').at(-1) ?? '') : secret.replace(/^\w+_/, '');
      const forms = [random, Buffer.from(secret).toString('base64').slice(4, -4), Buffer.from(secret).toString('hex')];
      for (const form of forms) {
        if (dump.includes(form)) found.push(`${name} in the database`);
        if (logged.includes(form)) found.push(`${name} in the log`);
      }
    }
    expect(found).toEqual([]);
  });

  it('no later answer shows a raw embed token again (M58)', async () => {
    const { owner } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id, token } = await owner.embedToken(workspaceId);
    for (const url of [
      `/v1/embed-tokens/${id}`,
      `/v1/workspaces/${workspaceId}/embed-tokens`,
      `/v1/workspaces/${workspaceId}`,
      '/v1/audit',
      '/v1/access-log',
    ]) {
      const answer = await expectStatus(owner.ask({ url }), 200);
      expect(answer.text).not.toContain(token.slice(5));
      expect(answer.text).not.toContain('"token"');
    }
  });
});

/** Every row of every table of every schema that is ours, logs included, bytes in hex. */
async function everyRow({ database }: Scenario): Promise<string> {
  const tables = await database.admin.query(
    `select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  expect(tables.length).toBeGreaterThan(10);
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await database.admin.query(`select to_jsonb(t)::text as row from ${String(name)} t`);
    rows.push(...found.map(({ row }) => String(row)));
  }
  return rows.join('\n');
}
