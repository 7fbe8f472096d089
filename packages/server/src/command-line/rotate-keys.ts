import type { KeyRotation } from '@microapp/contract';
import { expectAnswer, valueAt, type Api } from './api.ts';
import { CommandError, exitStatus, type ExitStatus, type Surroundings } from './surroundings.ts';

/** `microapp rotate-keys`: has the running server encrypt everything at rest with its first key again. */
export async function runRotateKeys(
  { print }: Pick<Surroundings, 'print'>,
  api: Api,
  { json }: { json: boolean },
): Promise<ExitStatus> {
  const answer = expectAnswer(await api.manage({ method: 'POST', path: '/v1/installation/rotate-keys' }), 200);
  const counts: KeyRotation = {
    resealed: countAt(answer.body, 'resealed'),
    alreadyCurrent: countAt(answer.body, 'alreadyCurrent'),
    unreadable: countAt(answer.body, 'unreadable'),
    changedMeanwhile: countAt(answer.body, 'changedMeanwhile'),
  };
  print(json ? `${JSON.stringify(counts)}\n` : report(counts));
  return counts.unreadable + counts.changedMeanwhile === 0 ? exitStatus.good : exitStatus.bad;
}

function countAt(body: unknown, name: keyof KeyRotation): number {
  const count = valueAt(body, name);
  if (typeof count !== 'number') throw new CommandError(`The server's answer lacks "${name}". Is it another version?`);
  return count;
}

function report({ resealed, alreadyCurrent, unreadable, changedMeanwhile }: KeyRotation): string {
  return [
    '',
    `  Encrypted again     ${resealed}`,
    `  Already current     ${alreadyCurrent}`,
    ...(changedMeanwhile === 0 ? [] : [`  Changed meanwhile   ${changedMeanwhile}`]),
    ...(unreadable === 0 ? [] : [`  Cannot be opened    ${unreadable}`]),
    '',
    `  ${conclusion(unreadable, changedMeanwhile)}`,
    '',
    '',
  ].join('\n');
}

function conclusion(unreadable: number, changedMeanwhile: number): string {
  if (unreadable > 0) {
    return 'Keep the old keys. Some values need a key that the server was not given; its log names them.';
  }
  if (changedMeanwhile > 0) return 'Keep the old keys, and run this again.';
  return 'Everything is encrypted with the first key. The others may be dropped from MICROAPP_SECRET_KEY.';
}
