import type { Handle } from '@microapp/embed';
import {
  forwardRef,
  useImperativeHandle,
  useSyncExternalStore,
  type CSSProperties,
  type ForwardRefExoticComponent,
  type RefAttributes,
} from 'react';
import type { MicroappOptions } from './options.ts';
import { useMicroapp } from './use-microapp.ts';

export type MicroappProps = MicroappOptions & {
  className?: string;
  /** CSS pixels that an inline widget keeps free before it says how tall it is; 360 without. */
  minHeight?: number;
};

/** As tall as a frame is before it knows better. */
const minHeightDefault = 360;

/**
 * A widget, as a component. An inline one stands where the component does, and its place is there from the first byte of a
 * page that a server has rendered; a floating or modal one draws nothing of its own. `ref` is the widget's handle.
 */
export const Microapp: ForwardRefExoticComponent<MicroappProps & RefAttributes<Handle | undefined>> = forwardRef(
  function Microapp({ className, minHeight = minHeightDefault, ...options }: MicroappProps, ref) {
    const { ref: place, handle } = useMicroapp(options);
    const isInBrowser = useSyncExternalStore(neverChanges, () => true, isHydrating);
    useImperativeHandle(ref, () => handle, [handle]);

    if (options.mode !== 'inline' || options.target) return null;
    // A style in markup is refused by a strict Content-Security-Policy; what a script sets is not, and neither is an
    // attribute of SVG. So the height of the place is that of a drawing of nothing until there is a script.
    const style: CSSProperties = isInBrowser ? { minHeight } : {};
    return (
      <div ref={place} className={className} style={style}>
        {isInBrowser ? null : <svg aria-hidden="true" display="block" width="1" height={minHeight} />}
      </div>
    );
  },
);

const neverChanges = () => () => {};
const isHydrating = () => false;
