import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('start.ts', import.meta.url));

it('the echo server as a program says what it is and where, answers there, and stops when told', async () => {
  const child = spawn(process.execPath, [program], { env: { PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said).toContain('OUTBOUND_ALLOW=127.0.0.1:');
    expect(said).toContain('no AI');
    const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/v1\b/.exec(said) ?? [];
    const models = await fetch(`${address}/models`, { headers: { authorization: 'Bearer any-key' } });
    expect(await models.json()).toMatchObject({ data: [{ id: 'echo' }] });
  } finally {
    child.kill('SIGTERM');
  }
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('the echo server as a program refuses a port that is none', async () => {
  const child = spawn(process.execPath, [program], { env: { PORT: '70000' }, stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([1, null]);
});
