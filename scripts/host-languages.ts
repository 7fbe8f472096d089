import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hostWordNames, type HostLanguage, type HostLanguages } from '../packages/contract/src/host-languages.ts';

/**
 * The words of the page around the frame in every language that the frames of the package at `framesFolder` speak: each
 * language's file has them beside the frame's own texts. Rejects where one is missing.
 */
export async function readHostLanguages(framesFolder: string): Promise<HostLanguages> {
  const folder = join(framesFolder, 'src/ui/texts');
  // The frame's own rule: page and frame run the same way.
  const { directionOf } = (await importFile(join(folder, 'texts.ts'))) as { directionOf: DirectionOf };
  const files = globSync('languages/*.ts', { cwd: folder });
  const languages = files.map(async (file) => {
    const tag = basename(file, '.ts');
    return [tag, await readLanguage(join(folder, file), directionOf(tag))] as const;
  });
  return {
    ...Object.fromEntries(await Promise.all(languages)),
    en: await readLanguage(join(folder, 'en.ts'), directionOf('en')),
  };
}

type DirectionOf = (locale: string) => HostLanguage['dir'];

async function readLanguage(file: string, dir: HostLanguage['dir']): Promise<HostLanguage> {
  // Whoever adds a language may have forgotten them, and no type speaks of a whole file.
  const { hostWords = {} } = (await importFile(file)) as { hostWords?: Record<string, unknown> };
  const words = hostWordNames.map((name) => {
    const word = hostWords[name];
    if (typeof word === 'string' && word.trim() !== '') return [name, word] as const;
    throw new Error(`${file} has no word for "${name}": add it to its export hostWords.`);
  });
  // Of all names, each with a text.
  return { dir, words: Object.fromEntries(words) as HostLanguage['words'] };
}

function importFile(file: string): Promise<unknown> {
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}
