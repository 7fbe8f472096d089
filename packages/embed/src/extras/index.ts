import { isOn } from '../is-on.ts';
import { appear } from './appear.ts';
import { followScreen } from './follow-screen.ts';
import { inheritedTheme } from './inherited-theme.ts';
import { resumeFrom } from './resume-from.ts';
import type { OwnOptions } from '../widget.ts';

// What only some pages or windows ask for, in a file of its own that the runtime loads for them. The runtime of another release may
// load it, too: it takes what it works on as arguments, which are only ever added to, and imports nothing of the runtime.

/**
 * Does what a widget's options or a small window ask for: a panel that opens by itself, or follows the screen; a theme that is the
 * page's; what the frame has asked the page to keep. `options` are the widget's own, and are changed to what the frame may be told. Never
 * rejects; ends with `signal`.
 */
export async function extend(
  options: OwnOptions,
  root: HTMLElement,
  /** The panel; an inline widget has none. */
  dialog: HTMLDialogElement | undefined,
  signal: AbortSignal,
): Promise<void> {
  // While it was under way the widget may have gone.
  if (signal.aborted) return;
  if (dialog !== undefined) followScreen(dialog, signal);
  if (dialog !== undefined && isOn(options.autoOpen)) appear(dialog, options, root);
  if (options.theme === 'inherit') options.theme = inheritedTheme(root.parentElement ?? document.body);
  if (options.resume !== undefined) await resumeFrom(options, root, options.resume, signal);
}
