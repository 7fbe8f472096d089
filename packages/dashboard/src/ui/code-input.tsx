import { Textarea, type TextareaProps } from '@mantine/core';
import { useRef } from 'react';
import classes from './code-input.module.css';

type CodeInputProps = Omit<TextareaProps, 'value' | 'onChange'> & { value: string; onChange: (value: string) => void };

/**
 * Code as text. Tab moves on, as everywhere: a field that keeps the key would hold a keyboard for ever. Ctrl+] indents the
 * lines of the selection and Ctrl+[ takes that back, which the field says while it is used.
 */
export function CodeInput({ value, onChange, description, ...props }: CodeInputProps) {
  const input = useRef<HTMLTextAreaElement>(null);

  function shift(deeper: boolean): void {
    const area = input.current;
    if (area === null) return;
    const start = value.lastIndexOf('\n', area.selectionStart - 1) + 1;
    const lines = value.slice(start, area.selectionEnd);
    const shifted = deeper ? lines.replaceAll(/^/gm, '  ') : lines.replaceAll(/^ {1,2}/gm, '');
    area.setSelectionRange(start, area.selectionEnd);
    // What a browser inserts by itself it can also take back, by Ctrl+Z.
    if (!document.execCommand('insertText', false, shifted)) {
      onChange(value.slice(0, start) + shifted + value.slice(area.selectionEnd));
    }
    area.setSelectionRange(start, start + shifted.length);
  }

  return (
    <Textarea
      ref={input}
      autosize
      minRows={3}
      maxRows={28}
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (!event.ctrlKey || (event.key !== ']' && event.key !== '[')) return;
        event.preventDefault();
        shift(event.key === ']');
      }}
      description={
        <>
          {description} <span className={classes['keys']}>Ctrl+] indents, Ctrl+[ takes it back.</span>
        </>
      }
      classNames={{ root: classes['root'] ?? '', input: classes['input'] ?? '' }}
      {...props}
    />
  );
}
