import { Button, type ButtonProps } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Check, Copy } from 'lucide-react';

type CopyButtonProps = ButtonProps & {
  text: string;
  /** What is copied, where “Copy” alone would not say it. */
  label?: string;
};

/** Copies, and says so: to the eye in its own place, and to a screen reader. */
export function CopyButton({ text, label = 'Copy', ...props }: CopyButtonProps) {
  const { copied, copy, error } = useClipboard({ timeout: 2_000 });
  const failed = error !== null;
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      onClick={() => copy(text)}
      aria-live="polite"
      {...props}
    >
      {copied ? 'Copied' : failed ? 'Select the text to copy it' : label}
    </Button>
  );
}
