import {
  isFontList,
  themeColors,
  themeDensities,
  themeLengths,
  type ThemeColorName,
  type ThemeLength,
  type ThemeScheme,
} from '@microapp/contract';
import {
  Button,
  ColorInput,
  Group,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { Check, TriangleAlert } from 'lucide-react';
import {
  colorOf,
  contrastsOf,
  schemeChoiceOf,
  withColor,
  withSchemeChoice,
  withToken,
  type Contrast,
  type SchemeChoice,
  type Theme,
} from './theme-draft.ts';
import { colorWords, lengthWords } from './theme-words.ts';

type ThemeEditorProps = {
  theme: Theme;
  /** Whose colors are shown, here and in the preview. */
  scheme: ThemeScheme;
  onSchemeShown: (scheme: ThemeScheme) => void;
  onChange: (theme: Theme) => void;
  isReadOnly: boolean;
};

/** The tokens of a theme, by the list that frames understand. */
export function ThemeEditor({ theme, scheme, onSchemeShown, onChange, isReadOnly }: ThemeEditorProps) {
  const choice = schemeChoiceOf(theme);

  function choose(next: SchemeChoice): void {
    onChange(withSchemeChoice(theme, next));
    if (next !== 'auto') onSchemeShown(next);
  }

  return (
    <Stack gap="lg">
      <Stack gap={4}>
        <Text fw={600} id="color-scheme">
          Light and dark
        </Text>
        <SegmentedControl
          aria-labelledby="color-scheme"
          value={choice}
          onChange={(next) => choose(next)}
          data={[
            { value: 'auto', label: 'Auto' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
          readOnly={isReadOnly}
          w="fit-content"
        />
        <Text size="sm" c="dimmed">
          Auto follows the visitor’s system, with colors for both.
        </Text>
      </Stack>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2}>Colors</Title>
          {choice === 'auto' && (
            <SegmentedControl
              aria-label="Colors of which scheme"
              size="xs"
              value={scheme}
              onChange={(next) => onSchemeShown(next)}
              data={[
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
            />
          )}
        </Group>
        {!isReadOnly && (
          <Text size="sm" c="dimmed">
            Clear a field to go back to the widget’s own color.
          </Text>
        )}
        <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
          {themeColors.map(({ name }) => (
            <ColorField
              key={name}
              name={name}
              color={colorOf(theme, name, scheme)}
              onChange={(color) => onChange(withColor(theme, name, scheme, color))}
              isReadOnly={isReadOnly}
            />
          ))}
        </SimpleGrid>
        <Contrasts theme={theme} scheme={scheme} onChange={isReadOnly ? undefined : onChange} />
      </Stack>
      <Stack gap="sm">
        <Title order={2}>Shape and size</Title>
        <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
          {themeLengths.map((length) => (
            <LengthField
              key={length.name}
              length={length}
              words={lengthWords[length.name]}
              value={theme[length.name]}
              onChange={(value) => onChange(withToken(theme, length.name, value))}
              isReadOnly={isReadOnly}
            />
          ))}
          <TextInput
            label="Font"
            description="Fonts that visitors have, for example Georgia, serif."
            placeholder="system-ui"
            value={theme['font'] ?? ''}
            onChange={({ currentTarget: { value } }) =>
              onChange(withToken(theme, 'font', value === '' ? undefined : value))
            }
            error={
              theme['font'] === undefined || isFontList(theme['font'])
                ? undefined
                : 'Write names of fonts, separated by commas.'
            }
            maxLength={200}
            readOnly={isReadOnly}
          />
        </SimpleGrid>
        <Stack gap={4}>
          <Text fw={600} id="density">
            Density
          </Text>
          <SegmentedControl
            aria-labelledby="density"
            value={theme['density'] ?? themeDensities[0]}
            onChange={(next) => onChange(withToken(theme, 'density', next === themeDensities[0] ? undefined : next))}
            data={[
              { value: 'comfortable', label: 'Comfortable' },
              { value: 'compact', label: 'Compact' },
            ]}
            readOnly={isReadOnly}
            w="fit-content"
          />
        </Stack>
      </Stack>
    </Stack>
  );
}

const hexForm = /^#([\da-f]{3}|[\da-f]{6})$/i;

type ColorFieldProps = {
  name: ThemeColorName;
  color: string;
  onChange: (color: string | undefined) => void;
  isReadOnly: boolean;
};

function ColorField({ name, color, onChange, isReadOnly }: ColorFieldProps) {
  const { label, description } = colorWords[name];
  return (
    <ColorInput
      label={label}
      description={description}
      value={color}
      onChange={(next) => onChange(next === '' ? undefined : next)}
      error={hexForm.test(color) ? undefined : 'Write a color such as #5b5bd6.'}
      eyeDropperButtonProps={{ 'aria-label': `Pick ${label.toLowerCase()} from the screen` }}
      fixOnBlur={false}
      readOnly={isReadOnly}
      format="hex"
      popoverProps={{ withinPortal: true }}
    />
  );
}

type LengthFieldProps = {
  length: ThemeLength;
  words: { label: string; description: string };
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  isReadOnly: boolean;
};

function LengthField({ length, words, value, onChange, isReadOnly }: LengthFieldProps) {
  return (
    <NumberInput
      label={words.label}
      description={`${words.description} ${length.min} to ${length.max}.`}
      placeholder={String(length.default)}
      min={length.min}
      max={length.max}
      value={value === undefined ? '' : Number.parseFloat(value)}
      onChange={(next) => onChange(next === '' ? undefined : `${next}px`)}
      readOnly={isReadOnly}
    />
  );
}

type ContrastsProps = { theme: Theme; scheme: ThemeScheme; onChange: ((theme: Theme) => void) | undefined };

function Contrasts({ theme, scheme, onChange }: ContrastsProps) {
  return (
    <Stack gap={6} component="section" aria-label="Contrast">
      <Text fw={600}>Contrast</Text>
      {contrastsOf(theme, scheme).map((contrast) => (
        <ContrastLine
          key={`${contrast.front} ${contrast.back}`}
          contrast={contrast}
          onMend={
            onChange === undefined
              ? undefined
              : () => onChange(withColor(theme, contrast.front, scheme, contrast.mended))
          }
        />
      ))}
    </Stack>
  );
}

function ContrastLine({ contrast, onMend }: { contrast: Contrast; onMend: (() => void) | undefined }) {
  const { front, back, ratio, isReadable, mended } = contrast;
  const pair = `${colorWords[front].label} on ${colorWords[back].label.toLowerCase()}`;
  if (ratio === undefined) return undefined;
  const shown = `${(Math.floor(ratio * 10) / 10).toFixed(1)}:1`;
  return (
    <Group gap="xs" mih={30}>
      {isReadable ? (
        <Check size={16} color="var(--app-good)" aria-hidden />
      ) : (
        <TriangleAlert size={16} color="var(--app-warn)" aria-hidden />
      )}
      <Text size="sm">
        {pair}: {shown}
        {isReadable ? '' : ', hard to read. 4.5:1 is needed; as it is, the widget shows black or white instead.'}
      </Text>
      {!isReadable && onMend !== undefined && (
        <Button size="compact-sm" variant="default" onClick={onMend}>
          Use {mended}
        </Button>
      )}
    </Group>
  );
}
