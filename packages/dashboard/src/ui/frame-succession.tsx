import { useState } from 'react';
import type { FrameTicket } from './frame-host.ts';
import { FramePreview, type FramePreviewProps } from './frame-preview.tsx';
import classes from './frame-preview.module.css';

/** What a frame shows; by another `key` there is another frame. */
type FrameSubject = { key: string; requestTicket: () => Promise<FrameTicket> };

type FrameSuccessionProps = Omit<FramePreviewProps, 'requestTicket' | 'onReady' | 'onFailure'> & {
  subject: FrameSubject;
  /** Whether another subject is about to come. */
  isBehind: boolean;
  /** Another subject than before is to be seen. */
  onShown: () => void;
  /** There is no frame of this subject. Whether that is to be seen, or what there was stays in its place. */
  onFailure: (key: string, error: Error) => 'show' | 'keep';
};

/**
 * A frame that gives way to the next one only when that is drawn, so that nothing flickers while somebody types what it
 * shows. Until then the next one lies beneath, out of reach.
 */
export function FrameSuccession(props: FrameSuccessionProps) {
  const { subject, isBehind, title, onShown, onFailure, onRun, ...common } = props;
  const [shown, setShown] = useState(subject);
  const [kept, setKept] = useState<string>();
  const frames = shown.key === subject.key ? [subject] : [shown, subject];

  function show(next: FrameSubject): void {
    if (next.key === shown.key) return;
    setShown(next);
    onShown();
  }

  return (
    <div className={classes['stage']} aria-busy={isBehind || ![shown.key, kept].includes(subject.key)}>
      {frames.map((each) => {
        const isShown = each.key === shown.key;
        return (
          <div key={each.key} className={isShown ? undefined : classes['next']} inert={!isShown} aria-hidden={!isShown}>
            <FramePreview
              {...common}
              title={isShown ? title : `Next: ${title}`}
              requestTicket={each.requestTicket}
              onReady={() => show(each)}
              onFailure={(error) => {
                if (isShown) return;
                if (onFailure(each.key, error) === 'show') show(each);
                else setKept(each.key);
              }}
              {...(isShown && onRun !== undefined && { onRun })}
            />
          </div>
        );
      })}
    </div>
  );
}
