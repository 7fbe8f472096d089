import { themeDensities, themeLengths, type ThemeScheme } from '@microapp/contract';
import { Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { FramePreview } from '../../ui/frame-preview.tsx';
import { KeepEdits } from '../../ui/keep-edits.tsx';
import { SaveBar } from '../../ui/save-bar.tsx';
import classes from './appearance-tab.module.css';
import { LauncherSample } from './launcher-sample.tsx';
import { logoSchemes, logoTokensOf, type LogosDraft } from './logo-draft.ts';
import { LogoFields } from './logo-fields.tsx';
import type { Surface } from './queries.ts';
import { LogoRefused, useSaveAppearance } from './save-appearance.ts';
import { SuggestTheme } from './suggest-theme.tsx';
import { useMayChange, useOpenSurface } from './surface.tsx';
import { previewTokens, schemeChoiceOf, withToken, type Theme } from './theme-draft.ts';
import { ThemeEditor } from './theme-editor.tsx';
import { textFields } from './theme-words.ts';

/** What is no color, as frames have it: told to a preview that has shown something else before. */
const shapeDefaults: Readonly<Record<string, string>> = {
  ...Object.fromEntries(themeLengths.map((length) => [length.name, `${length.default}px`])),
  density: themeDensities[0],
  font: 'system-ui, sans-serif',
};
const phoneWidth = 375;
/** Where the text in place of the logo stands among the texts. */
const logoAltKey = 'logo.alt';

/** How the widget looks and speaks, beside the real one. */
export function Component() {
  const surface = useOpenSurface();
  return (
    <KeepEdits version={`${surface.id} ${surface.updatedAt}`}>
      <Appearance surface={surface} />
    </KeepEdits>
  );
}

/** A draft less what was sent of it. */
function withoutSaved(draft: LogosDraft, sent: LogosDraft): LogosDraft {
  const left = logoSchemes.filter((scheme) => draft[scheme] !== undefined && draft[scheme] !== sent[scheme]);
  return Object.fromEntries(left.map((scheme) => [scheme, draft[scheme]]));
}

function Appearance({ surface }: { surface: Surface }) {
  const mayChange = useMayChange();
  const save = useSaveAppearance(surface.id);
  const [theme, setTheme] = useState<Theme>(surface.theme);
  const [texts, setTexts] = useState<Record<string, string>>(surface.texts);
  const [logos, setLogos] = useState<LogosDraft>({});
  const [scheme, setScheme] = useState<ThemeScheme>(() => {
    const choice = schemeChoiceOf(surface.theme);
    return choice === 'auto' ? 'light' : choice;
  });
  const hasNewWords = spelled(theme) !== spelled(surface.theme) || spelled(texts) !== spelled(surface.texts);
  const isDirty = hasNewWords || Object.keys(logos).length > 0;
  const failure = save.error === null ? undefined : failureOf(save.error);

  function changeTheme(next: Theme): void {
    setTheme(next);
    // A background of the other scheme, as the only one, makes the widget keep to that scheme.
    const choice = schemeChoiceOf(next);
    if (choice !== 'auto') setScheme(choice);
  }

  return (
    <div className={classes['columns']}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(
            { change: hasNewWords ? { theme, texts } : undefined, logos },
            {
              onSuccess() {
                // What was chosen meanwhile is not saved yet.
                setLogos((now) => withoutSaved(now, logos));
                notifyOfSuccess('Saved.');
              },
              onError(error) {
                if (error instanceof LogoRefused) setLogos((now) => withoutSaved(now, error.saved));
              },
            },
          );
        }}
      >
        <Stack gap="lg">
          {failure?.rest !== undefined && <ErrorNotice error={failure.rest} />}
          <ThemeEditor
            theme={theme}
            scheme={scheme}
            onSchemeShown={setScheme}
            onChange={changeTheme}
            isReadOnly={!mayChange}
          />
          {mayChange && (
            <SuggestTheme
              allowedOrigins={surface.allowedOrigins}
              // Only the colors are suggested: shape and size stay.
              onUse={(suggested) => changeTheme({ ...shapeOf(theme), ...suggested })}
            />
          )}
          <LogoFields
            saved={surface.logos}
            draft={logos}
            onChange={setLogos}
            problems={failure?.logos ?? {}}
            alt={texts[logoAltKey] ?? ''}
            onAltChange={(alt) => setTexts(withToken(texts, logoAltKey, alt === '' ? undefined : alt))}
            isReadOnly={!mayChange}
          />
          <Texts texts={texts} onChange={setTexts} isReadOnly={!mayChange} />
          {mayChange && (
            <SaveBar
              isDirty={isDirty}
              isSaving={save.isPending}
              onDiscard={() => {
                changeTheme(surface.theme);
                setTexts(surface.texts);
                // What was chosen meanwhile is not saved yet.
                setLogos((now) => withoutSaved(now, logos));
                save.reset();
              }}
            />
          )}
        </Stack>
      </form>
      <Preview surface={surface} theme={theme} texts={texts} logos={logos} scheme={scheme} onScheme={setScheme} />
    </div>
  );
}

type PreviewProps = {
  surface: Surface;
  theme: Theme;
  texts: Record<string, string>;
  logos: LogosDraft;
  scheme: ThemeScheme;
  onScheme: (scheme: ThemeScheme) => void;
};

function Preview({ surface, theme, texts, logos, scheme, onScheme }: PreviewProps) {
  const [width, setWidth] = useState('wide');
  const mayChange = useMayChange();
  const choice = schemeChoiceOf(theme);
  const ticket = useMutation({
    mutationFn: async () =>
      answerOf(api.POST('/v1/surfaces/{id}/preview-ticket', { params: { path: { id: surface.id } } })),
  });
  const config = useMemo(
    () => ({
      theme: { ...previewTokens(theme, scheme, shapeDefaults), ...logoTokensOf(surface.logos, logos) },
      texts,
      colorScheme: scheme,
    }),
    [theme, scheme, texts, surface.logos, logos],
  );
  return (
    <section className={classes['preview']} aria-label="Preview">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>Preview</Title>
          <Group gap="xs">
            <SegmentedControl
              aria-label="Scheme of the preview"
              size="xs"
              value={scheme}
              onChange={(next) => onScheme(next)}
              data={[
                { value: 'light', label: 'Light', disabled: choice === 'dark' },
                { value: 'dark', label: 'Dark', disabled: choice === 'light' },
              ]}
            />
            <SegmentedControl
              aria-label="Width of the preview"
              size="xs"
              value={width}
              onChange={setWidth}
              data={[
                { value: 'wide', label: 'Wide' },
                { value: 'phone', label: 'Phone' },
              ]}
            />
          </Group>
        </Group>
        {mayChange ? (
          <>
            <div
              className={classes['frame']}
              role="region"
              aria-label="Widget"
              // It scrolls, so the keyboard has to reach it.
              tabIndex={0}
              style={{ maxWidth: width === 'phone' ? phoneWidth : undefined }}
            >
              <FramePreview
                title={`Preview of ${surface.name}`}
                requestTicket={() => ticket.mutateAsync()}
                config={config}
              />
            </div>
            <LauncherSample theme={theme} scheme={scheme} label={texts['launcher'] ?? ''} />
            <Text size="sm" c="dimmed">
              This is the real widget with what is not saved yet. What is run here counts in the customer’s limits.
            </Text>
          </>
        ) : (
          <Text c="dimmed">Your role cannot open previews. Ask an admin for the role developer.</Text>
        )}
      </Stack>
    </section>
  );
}

type TextsProps = {
  texts: Record<string, string>;
  onChange: (texts: Record<string, string>) => void;
  isReadOnly: boolean;
};

function Texts({ texts, onChange, isReadOnly }: TextsProps) {
  return (
    <Stack gap="sm">
      <Title order={2}>Texts</Title>
      <Text c="dimmed">Leave a field empty for the widget’s own text, in the visitor’s language.</Text>
      {textFields.map(({ key, label, description }) => (
        <TextInput
          key={key}
          label={label}
          description={description}
          value={texts[key] ?? ''}
          maxLength={2000}
          onChange={({ currentTarget: { value } }) => {
            const { [key]: _, ...others } = texts;
            onChange(value === '' ? others : { ...others, [key]: value });
          }}
          readOnly={isReadOnly}
        />
      ))}
    </Stack>
  );
}

/** A picture's fault stands at the picture, everything else above the form. */
function failureOf(error: Error): { logos: Partial<Record<ThemeScheme, string>>; rest: Error | undefined } {
  if (!(error instanceof LogoRefused)) return { logos: {}, rest: error };
  const { fields, rest } = issuesByField(error.cause, ['image']);
  const { image } = fields;
  return { logos: image === undefined ? {} : { [error.scheme]: `The picture ${image}.` }, rest };
}

function shapeOf(theme: Theme): Theme {
  return Object.fromEntries(Object.entries(theme).filter(([key]) => Object.hasOwn(shapeDefaults, key)));
}

function spelled(record: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(record).toSorted(([one], [other]) => one.localeCompare(other)));
}
