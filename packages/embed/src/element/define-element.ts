import type { Events, Handle, MountOptions } from '../options.ts';
import { attributeNames, changesOfConfig, kebabCase, optionsOf } from './options-of.ts';

/** `<microapp-embed>`: a widget that stands where the element does, and lives as long as that. */
export type MicroappEmbedElement = HTMLElement & {
  /** The widget; undefined while the element is not in a document. */
  readonly handle: Handle | undefined;
  /** What attributes cannot say: callbacks, `getToken`, elements. They win over attributes. */
  options: MountOptions;
};

const tagName = 'microapp-embed';

const eventNames = [
  'ready',
  'authOk',
  'authErr',
  'runStart',
  'runSuccess',
  'runError',
  'lead',
  'resize',
  'open',
  'close',
] as const satisfies readonly (keyof Events)[];

/**
 * Makes `<microapp-embed>` an element of this page, those that stand there already included; does nothing where it is one. Its
 * attributes are the options of `mount`, in kebab case; what happens is told as events that bubble, `microapp-ready`,
 * `microapp-run-success`, …, with the callback's argument as `detail`.
 */
export function defineElement(mount: (options: MountOptions) => Handle): void {
  if (customElements.get(tagName) !== undefined) return;
  customElements.define(
    tagName,
    class extends HTMLElement implements MicroappEmbedElement {
      static readonly observedAttributes = attributeNames;
      #handle: Handle | undefined;
      /** What the widget was mounted with, or told since. */
      #mounted: MountOptions = {};
      #options: MountOptions = {};
      #isSettling = false;

      get handle(): Handle | undefined {
        return this.#handle;
      }

      get options(): MountOptions {
        return this.#options;
      }

      set options(options: MountOptions) {
        this.#options = { ...options };
        this.#changed();
      }

      connectedCallback(): void {
        // Set before the script came, it hides the setter of the class.
        if (Object.hasOwn(this, 'options')) {
          const { options } = this;
          Reflect.deleteProperty(this, 'options');
          this.options = options;
        }
        // A widget is there at once, as after `mount`; one that was only moved is left to `#settle`.
        if (this.#handle === undefined) this.#mount();
      }

      disconnectedCallback(): void {
        this.#changed();
      }

      /** `moveBefore` keeps the frame alive; without this the browser would take the element out and put it in again. */
      connectedMoveCallback(): void {}

      attributeChangedCallback(): void {
        this.#changed();
      }

      /** Several changes of one task are one change; so is a removal that a new place follows. */
      #changed(): void {
        // Outside of a document there is nothing to change; inside there may be a mistake to mend that has kept the widget away.
        if (this.#isSettling || !(this.#handle || this.isConnected)) return;
        this.#isSettling = true;
        queueMicrotask(() => {
          this.#isSettling = false;
          this.#settle();
        });
      }

      #settle(): void {
        if (!this.isConnected) return this.#unmount();
        const now = this.#optionsNow();
        const changes = changesOfConfig(this.#mounted, now);
        if (changes === undefined) {
          this.#unmount();
          this.#mount();
        } else if (Object.keys(changes).length > 0) {
          this.#mounted = now;
          this.#handle?.update(changes);
        }
      }

      #optionsNow(): MountOptions {
        const options = { ...optionsOf(this), ...this.#options };
        const isInline = (options.mode ??= 'inline') === 'inline';
        return isInline ? { target: this, ...options } : options;
      }

      #mount(): void {
        this.#mounted = this.#optionsNow();
        const handle = mount(this.#mounted);
        this.#handle = handle;
        // The frame takes the width that there is.
        if (this.#mounted.mode === 'inline') this.style.display ||= 'block';
        for (const name of eventNames) {
          // Loaders that pages have pinned are older than `on`: their widgets are seen, and not heard.
          handle.on?.(name, (detail: unknown) => {
            this.dispatchEvent(new CustomEvent(`microapp-${kebabCase(name)}`, { detail, bubbles: true }));
          });
        }
      }

      #unmount(): void {
        this.#handle?.unmount();
        this.#handle = undefined;
      }
    },
  );
}
