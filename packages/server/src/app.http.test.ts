import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, type Scenario } from './testing/scenario.ts';

describeApp('an app that is closed', (open) => {
  let scenario: Scenario;
  let tokenId: string;
  let requestId: string | undefined;
  beforeAll(async () => {
    scenario = await open();
    const { owner, run, app } = scenario;
    const { id, token } = await owner.embedToken(owner.workspaceId);
    tokenId = id;
    const answer = await expectStatus(run('loan-calculator', token), 200);
    requestId = answer.headers['x-request-id'];
    // No timer has fired: the clock stands still.
    await app.close();
  });

  it('has written its access log', async () => {
    const lines = 'select status from access_log where request_id = $1';
    expect(await scenario.database.admin.query(lines, [requestId])).toEqual([{ status: 200 }]);
  });

  it('has written when a credential was last used', async () => {
    const tokens = 'select last_used_at from embed_tokens where id = $1';
    const [token] = await scenario.database.admin.query(tokens, [tokenId]);
    expect(token?.['last_used_at']).toBeInstanceOf(Date);
  });

  it('refuses requests, and may be closed again', async () => {
    await scenario.app.close();
    await expect(scenario.app.server.inject('/healthz')).rejects.toThrow('closed');
  });
});
