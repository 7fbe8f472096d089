import { parseArgs, type ParseArgsConfig } from 'node:util';
import { findCredentials } from '@microapp/contract';
import { createApi, type Api } from './api.ts';
import { runPreship } from './preship/index.ts';
import { runRotateKeys } from './rotate-keys.ts';
import { readOwnerKey, serverUrl } from './settings.ts';
import { CommandError, exitStatus, type ExitStatus, type Surroundings } from './surroundings.ts';

type Command = {
  summary: string;
  run: (surroundings: Surroundings, api: Api, options: { json: boolean }) => Promise<ExitStatus>;
};

const commands: Readonly<Record<string, Command>> = {
  preship: { summary: 'check the six points that must hold before an embed meets a customer', run: runPreship },
  'rotate-keys': {
    summary: 'encrypt everything at rest with the first key of MICROAPP_SECRET_KEY',
    run: runRotateKeys,
  },
};

const options = {
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

/** Runs `microapp` with these arguments. Resolves with the exit status; what goes wrong is said in a sentence. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<ExitStatus> {
  try {
    return await dispatch(args, surroundings);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    surroundings.complain(`microapp: ${error.message}\n`);
    return exitStatus.unusable;
  }
}

async function dispatch(args: readonly string[], surroundings: Surroundings): Promise<ExitStatus> {
  refuseCredentials(args);
  const { values, positionals } = parsed(args);
  if (values.version) {
    surroundings.print(`${surroundings.version}\n`);
    return exitStatus.good;
  }
  if (values.help) {
    surroundings.print(help());
    return exitStatus.good;
  }
  const [name, ...more] = positionals;
  const command = name === undefined ? undefined : Object.entries(commands).find(([known]) => known === name)?.[1];
  if (command === undefined || more.length > 0) {
    throw new CommandError(`Say what to do: ${Object.keys(commands).join(' or ')}. See microapp --help.`);
  }
  const { env } = surroundings;
  const url = serverUrl(values.url, env);
  const api = createApi(surroundings, { url, ownerKey: await readOwnerKey(env) });
  return command.run(surroundings, api, { json: values.json });
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new CommandError('There is an option that is not known here. See microapp --help.', { cause });
  }
}

function refuseCredentials(args: readonly string[]): void {
  if (findCredentials(args.join(' ')).length === 0) return;
  throw new CommandError(
    'A credential stood in the arguments, where every process can read it and the shell remembers it. Rotate it, and put ' +
      'the owner key into MICROAPP_OWNER_KEY.',
  );
}

function help(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return [
    '',
    'Usage: microapp COMMAND [--url ADDRESS] [--json]',
    '',
    'Asks a running server over HTTP.',
    '',
    'Commands',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}   ${summary}`),
    '',
    'Options',
    '  --url ADDRESS   where the server is; PUBLIC_URL, or http://127.0.0.1:PORT, when absent',
    '  --json          the outcome as JSON',
    '  --help, --version',
    '',
    'The owner key comes from MICROAPP_OWNER_KEY, or from the file owner-key in DATA_DIR. Never from an argument.',
    '',
    'Exit status: 0 when all is well, 1 when it is not, 2 when the command could not do its work.',
    '',
    '',
  ].join('\n');
}
