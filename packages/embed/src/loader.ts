import { createMount } from './mount.ts';
import type { Handle, MountOptions } from './options.ts';
import type { LoadPart } from './widget.ts';

// The first script on a stranger's page: one global, one launcher for the tag's key, the queue that waited for it.

type Api = {
  mount: (options: MountOptions) => Handle;
  /** The widgets of script tags, by key and target: a router that runs a tag again replaces its widget. */
  tags: Record<string, Handle>;
};

// An element named `currentScript` would answer to that name in the document, but not to the prototype's getter.
const script = Reflect.get(Document.prototype, 'currentScript', document) as HTMLScriptElement | null;
const page = window as unknown as { MicroappWidget?: Partial<Api> & { q?: MountOptions[] } };
// Elements and frames named `MicroappWidget` answer to that name as well, but are nobody's own property.
const found = Object.hasOwn(page, 'MicroappWidget') ? page.MicroappWidget : undefined;

// Only ours has tags; a page that waits for us has a queue.
const api = found?.tags ? (found as Api) : (page.MicroappWidget = createApi());
found?.q?.forEach(api.mount);
if (script?.dataset['embedKey'] !== undefined) mountTag(script.dataset);

function createApi(): Api {
  // The script's own address, less its name: /embed.js and /v1/embed.js are the same installation.
  const base = script?.src.replace(/(v1\/)?[^/]*$/, '') ?? '';
  const load: LoadPart = (part, attempt) =>
    import(/* @vite-ignore */ `${base}embed/assets/${part}${__PARTS_END__}?${attempt}`);
  return { mount: createMount(base, load), tags: {} };
}

function mountTag(options: DOMStringMap): void {
  const tag = `${options['embedKey']} ${options['target']}`;
  api.tags[tag]?.unmount();
  // The attributes are the options, as texts.
  api.tags[tag] = api.mount(options);
}
