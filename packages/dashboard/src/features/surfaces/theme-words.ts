import type { ThemeColorName, themeLengths } from '@microapp/contract';

type Words = { label: string; description: string };

export const colorWords: Readonly<Record<ThemeColorName, Words>> = {
  accent: { label: 'Accent', description: 'Launcher and main buttons.' },
  'on-accent': { label: 'Accent text', description: 'What stands on the accent.' },
  bg: { label: 'Background', description: 'Of the widget.' },
  surface: { label: 'Raised surface', description: 'Results and cards.' },
  text: { label: 'Text', description: 'Everything that is read.' },
  'text-muted': { label: 'Quiet text', description: 'Hints and labels.' },
  border: { label: 'Border', description: 'Lines and fields.' },
  focus: { label: 'Focus', description: 'Ring around what has the keyboard.' },
  danger: { label: 'Danger', description: 'Errors.' },
};

type LengthName = (typeof themeLengths)[number]['name'];

export const lengthWords: Readonly<Record<LengthName, Words>> = {
  radius: { label: 'Corners of controls', description: 'In pixels.' },
  'radius-l': { label: 'Corners of cards', description: 'In pixels.' },
  'font-size': { label: 'Text size', description: 'In pixels.' },
};

/** Texts that are the customer's to choose; without one the widget's own is shown, in the visitor's language. */
export const textFields = [
  { key: 'launcher', label: 'Launcher', description: 'Beside the icon. Without it the launcher is the icon alone.' },
  { key: 'run', label: 'Run button', description: 'For example “Calculate”.' },
  { key: 'result.title', label: 'Title of a result', description: 'For example “Your rate”.' },
  { key: 'result.before', label: 'Before the first result', description: 'What to do, in a sentence.' },
  { key: 'result.empty', label: 'A result with nothing in it', description: 'In a sentence.' },
] as const;
