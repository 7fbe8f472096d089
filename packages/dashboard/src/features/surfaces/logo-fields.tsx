import { logoBytesMax, logoTypes, themeColors, type LogoScheme } from '@microapp/contract';
import { Button, FileButton, Group, Input, Stack, Text, TextInput, Title } from '@mantine/core';
import { ImageOff, ImageUp } from 'lucide-react';
import { useId, useRef, useState, type ClipboardEvent, type DragEvent } from 'react';
import { chooseLogo, logoSchemes, type LogosDraft } from './logo-draft.ts';
import classes from './logo-fields.module.css';
import type { Surface } from './queries.ts';

const words: Readonly<Record<LogoScheme, { label: string; description: string }>> = {
  light: { label: 'Logo', description: 'At the top of the widget, 40 pixels high.' },
  dark: { label: 'Logo for dark', description: 'Without one the logo stands on a white plate where it is dark.' },
};

/** Pictures come from where visitors get them, and for those there is nothing either while a customer is disabled. */
const notServed = 'There is a logo. It is not served while its customer is disabled.';

type LogoFieldsProps = {
  saved: Surface['logos'];
  draft: LogosDraft;
  /** A picture takes a while to be read: the next draft is made of the one that there is then. */
  onChange: (next: (draft: LogosDraft) => LogosDraft) => void;
  /** What the server found wrong with a picture. */
  problems: Partial<Record<LogoScheme, string>>;
  alt: string;
  onAltChange: (alt: string) => void;
  isReadOnly: boolean;
};

/** The customer's logo, for light and for dark, and what is read out in its place. */
export function LogoFields({ saved, draft, onChange, problems, alt, onAltChange, isReadOnly }: LogoFieldsProps) {
  function change(scheme: LogoScheme, next: LogosDraft[LogoScheme]): void {
    onChange((current) => {
      const { [scheme]: _, ...others } = current;
      return next === undefined ? others : { ...others, [scheme]: next };
    });
  }

  const hasLogo = logoSchemes.some((scheme) => pictureOf(saved, draft, scheme) !== undefined);
  return (
    <Stack gap="sm" component="section" aria-labelledby="logo">
      <Title order={2} id="logo">
        Logo
      </Title>
      <Text c="dimmed">PNG, JPEG or WebP, at most {logoBytesMax / 1024} kB. It is served from this installation.</Text>
      {logoSchemes.map((scheme) => (
        <LogoField
          key={scheme}
          scheme={scheme}
          picture={pictureOf(saved, draft, scheme)}
          onChoose={(chosen) => change(scheme, chosen)}
          // What was never saved is just put back.
          onRemove={() => change(scheme, saved[scheme] === null ? undefined : 'removed')}
          problem={problems[scheme]}
          isReadOnly={isReadOnly}
        />
      ))}
      <TextInput
        label="Text in place of the logo"
        description="Read out to visitors who do not see it. The name of the company, as a rule."
        placeholder={hasLogo ? 'Empty: the logo is passed over in silence' : undefined}
        value={alt}
        maxLength={200}
        onChange={({ currentTarget: { value } }) => onAltChange(value)}
        readOnly={isReadOnly}
      />
    </Stack>
  );
}

function pictureOf(saved: Surface['logos'], draft: LogosDraft, scheme: LogoScheme): string | undefined {
  const chosen = draft[scheme];
  return chosen === 'removed' ? undefined : (chosen?.preview ?? saved[scheme]?.url);
}

type LogoFieldProps = {
  scheme: LogoScheme;
  picture: string | undefined;
  onChoose: (chosen: LogosDraft[LogoScheme]) => void;
  onRemove: () => void;
  problem: string | undefined;
  isReadOnly: boolean;
};

/** A place to choose a picture, to drop one, or to paste one. */
function LogoField({ scheme, picture, onChoose, onRemove, problem, isReadOnly }: LogoFieldProps) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const [refused, setRefused] = useState<string>();
  const [unserved, setUnserved] = useState<string>();
  const forgetFile = useRef<() => void>(null);
  const { label, description } = words[scheme];
  const error = refused ?? problem;
  const isNotServed = picture !== undefined && picture === unserved;
  const Placeholder = isNotServed ? ImageOff : ImageUp;

  async function take(file: File | null | undefined): Promise<void> {
    if (file === null || file === undefined) return;
    setRefused(undefined);
    try {
      onChoose(await chooseLogo(file));
    } catch (caught) {
      setRefused(caught instanceof Error ? caught.message : 'The picture cannot be read.');
    }
    // Browsers say nothing of a file that is chosen a second time.
    forgetFile.current?.();
  }

  const dropping = {
    onDragOver(event: DragEvent) {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop(event: DragEvent) {
      event.preventDefault();
      setOver(false);
      void take(event.dataTransfer.files[0]);
    },
    onPaste: (event: ClipboardEvent) => void take(event.clipboardData.files[0]),
  };

  return (
    <div>
      <Input.Label component="div" id={id}>
        {label}
      </Input.Label>
      <Input.Description id={`${id}-description`} mb={5}>
        {description}
      </Input.Description>
      <div
        className={classes['drop']}
        role="group"
        aria-labelledby={id}
        aria-describedby={`${id}-description ${id}-error`}
        data-over={isOver || undefined}
        data-invalid={error === undefined ? undefined : true}
        // So that a click is enough for what is pasted to arrive here.
        tabIndex={-1}
        {...(isReadOnly ? {} : dropping)}
      >
        <div className={classes['ground']} style={{ background: groundOf(scheme) }}>
          {picture === undefined || isNotServed ? (
            <Placeholder size={20} color={scheme === 'dark' ? '#b0b4ba' : '#60646c'} aria-hidden />
          ) : (
            <img
              className={classes['picture']}
              src={picture}
              alt={`${label} of this surface`}
              onError={() => setUnserved(picture)}
            />
          )}
        </div>
        {isReadOnly ? (
          <>
            {picture === undefined && <Text c="dimmed">None</Text>}
            {isNotServed && <Text size="sm">{notServed}</Text>}
          </>
        ) : (
          <Stack gap={4}>
            {isNotServed && <Text size="sm">{notServed}</Text>}
            <Group gap="xs">
              <FileButton resetRef={forgetFile} accept={logoTypes.join()} onChange={(file) => void take(file)}>
                {(button) => (
                  <Button
                    {...button}
                    size="xs"
                    variant="default"
                    aria-label={`${picture === undefined ? 'Choose' : 'Replace'} ${label.toLowerCase()}`}
                    aria-describedby={`${id}-error`}
                  >
                    {picture === undefined ? 'Choose' : 'Replace'}
                  </Button>
                )}
              </FileButton>
              {picture !== undefined && (
                <Button
                  size="xs"
                  variant="subtle"
                  aria-label={`Remove ${label.toLowerCase()}`}
                  onClick={() => {
                    setRefused(undefined);
                    onRemove();
                  }}
                >
                  Remove
                </Button>
              )}
            </Group>
            <Text size="xs" c="dimmed">
              Or drop or paste it here.
            </Text>
          </Stack>
        )}
      </div>
      <Input.Error id={`${id}-error`} role="status" mt={5}>
        {error}
      </Input.Error>
    </div>
  );
}

/** The widget's own background in that scheme. */
function groundOf(scheme: LogoScheme): string {
  return themeColors.find(({ name }) => name === 'bg')?.defaults[scheme] ?? 'transparent';
}
