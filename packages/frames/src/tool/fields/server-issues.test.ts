import { expect, test } from 'vitest';
import { wholeEnglish } from '../../testing/english.ts';
import { field } from '../../testing/field.ts';
import { formatFor } from '../../ui/format.ts';
import { languages } from '../../ui/texts/languages.ts';
import { textsWith, type Language } from '../../ui/texts/texts.ts';
import { fieldMessages } from './field-messages.ts';
import { placedIssues } from './server-issues.ts';

const fields = [
  field({ key: 'years', label: 'Term in years', type: 'integer' }),
  field({ key: 'odd key', type: 'object' }),
];

const localeOf = (language: Language) => ({
  text: textsWith({}, language),
  format: formatFor({ locale: language.locale }),
});
const english = localeOf(wholeEnglish);

test.each([
  ['inputs.years', 'must be odd', 'inputs.years', 'Must be odd.'],
  ['inputs["odd key"].a[1]', 'is required', 'inputs["odd key"]', 'Is required.'],
  ['inputs.yearsOld', 'is odd.', '', 'yearsOld: Is odd.'],
  ['inputs', 'must not be empty', '', 'Must not be empty.'],
])('an issue at %s belongs to its field, or names what it means', (path, fragment, at, message) => {
  const placed = placedIssues(fields, [{ path, message: fragment }]);
  expect(fieldMessages(english, fields, [], placed)).toMatchObject([{ path: at, message }]);
});

test.each([
  [{ rule: 'required' }, 'Enter a value.', 'Saisir une valeur.'],
  [{ rule: 'maximum', limit: 1234.5 }, 'Enter 1,234.5 or less.', 'Saisir 1\u202f234,5 ou moins.'],
  [{ rule: 'minItems', limit: 1 }, 'Add at least 1 entry.', 'Ajouter au moins 1 entrée.'],
  [{ rule: 'maxLength', limit: 2 }, 'Enter at most 2 characters.', 'Saisir au plus 2 caractères.'],
  [{ rule: 'type', limit: 'integer' }, 'Enter a whole number.', 'Saisir un nombre entier.'],
  [{ rule: 'type', limit: 'object' }, 'Says the server.', 'L’outil n’accepte pas cette valeur (Says the server.)'],
  [{ rule: 'format', limit: 'date-time' }, 'Enter a date and a time.', 'Saisir une date et une heure.'],
  [
    { rule: 'formatMinimum', limit: '2026-01-31' },
    'Enter Jan 31, 2026 or later.',
    'Saisir 31 janv. 2026 ou une date ultérieure.',
  ],
  [{ rule: 'enum', limit: ['a', 'b'] }, 'Choose an option.', 'Choisir une option.'],
  [{ rule: 'not' }, 'Says the server.', 'L’outil n’accepte pas cette valeur (Says the server.)'],
  [{}, 'Says the server.', 'L’outil n’accepte pas cette valeur (Says the server.)'],
])('the server’s %j is said in the language of the visitor', async (rule, inEnglish, inFrench) => {
  const texts = await languages['fr']?.();
  const issues = placedIssues(fields, [{ path: 'inputs.years', message: 'says the server', ...rule }]);
  const said = [english, localeOf({ locale: 'fr', texts: texts ?? {} })].map(
    (locale) => fieldMessages(locale, fields, [], issues)[0]?.message,
  );
  expect(said).toEqual([inEnglish, inFrench]);
});
