import type { ComponentType } from 'react';
import type { App, AppKind } from '../queries.ts';

export type EditorProps = { app: App; mayChange: boolean };

/** One thing that differs between two specs: `Field “Rate”`, `is required now`. */
export type Change = { subject: string; text: string };

/** What a kind of app brings to these screens. One folder each; a kind without one is shown as JSON. */
export type AppKindScreens = {
  kind: AppKind;
  label: string;
  /** What it is for, in one sentence. */
  text: string;
  /** Edits the draft, saves it, and shows it beside. */
  Editor: ComponentType<EditorProps>;
  /** What an app begins with that begins from nothing. */
  emptySpec: unknown;
  /** What changed between two specs that were saved, in words. */
  changesOf: (before: unknown, after: unknown) => Change[];
};
