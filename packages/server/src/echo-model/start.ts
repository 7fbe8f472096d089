import { systemClock } from '../platform/clock.ts';
import { behaviors } from './behavior.ts';
import { refusedKeyPrefix, startEchoModel } from './server.ts';

const portDefault = 4404;

const port = Number(process.env['PORT'] || portDefault);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('PORT is no port. Give a number from 0 to 65535.\n');
  process.exit(1);
}
const echo = await startEchoModel({ clock: systemClock, port });
const failures = Object.entries(behaviors).map(([name, { what }]) => `             echo-${name.padEnd(10)} ${what}`);

process.stdout.write(`
  This is the echo server: no AI. It repeats what it is asked, for trying out AI steps and for tests.

  Address    ${echo.url}/v1      as OpenAI, an OpenAI-compatible server, Mistral or Anthropic
             ${echo.url}/v1beta  as Google
  Key        any; one that begins with "${refusedKeyPrefix}" is refused
  Models     echo            answers
             echo-429        refuses with that status, as with 401, 500 and the others
${failures.join('\n')}

  The server needs OUTBOUND_ALLOW=${new URL(echo.url).host} to call it.

`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void echo.close());
