import {
  createTheme,
  Alert,
  Badge,
  Button,
  Card,
  Menu,
  Modal,
  NavLink,
  Paper,
  SegmentedControl,
  Table,
  Tabs,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core';
import { amber, amberDark, green, greenDark, iris, irisDark, red, redDark, slate, slateDark } from '@radix-ui/colors';

// The product's visual language, as the component library takes it: slate and iris, which hold contrast in both schemes.

/** Ten shades of the scale's twelve, so that shade 6 is its step 9, the color of filled things. */
function tuple(scale: Record<string, string>, name: string): MantineColorsTuple {
  const step = (number: number): string => scale[`${name}${number}`] ?? '';
  return [step(2), step(3), step(4), step(5), step(7), step(8), step(9), step(10), step(11), step(12)];
}

const controls = { defaultProps: { radius: 'md' } };

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: 6,
  colors: {
    iris: tuple(iris, 'iris'),
    red: tuple(red, 'red'),
    green: tuple(green, 'green'),
    amber: tuple(amber, 'amber'),
    gray: tuple(slate, 'slate'),
    dark: [
      slateDark.slate12,
      slateDark.slate11,
      slateDark.slate10,
      slateDark.slate9,
      slateDark.slate6,
      slateDark.slate5,
      slateDark.slate3,
      slateDark.slate1,
      '#0d0d0f',
      '#08080a',
    ],
  },
  white: '#fff',
  black: slate.slate12,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '28px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
    },
  },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '40px' },
  radius: { sm: '6px', md: '8px', lg: '10px' },
  defaultRadius: 'md',
  shadows: {
    xs: 'none',
    sm: 'none',
    md: '0 4px 16px rgb(0 0 0 / 12%)',
    lg: '0 4px 16px rgb(0 0 0 / 12%)',
    xl: '0 4px 16px rgb(0 0 0 / 12%)',
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Alert: Alert.extend({ defaultProps: { radius: 'lg' } }),
    // Filled with the accent itself in both schemes: white on it reads, in dark as in light.
    Button: Button.extend(controls),
    Badge: Badge.extend({ defaultProps: { variant: 'default', tt: 'none', fw: 500 } }),
    Card: Card.extend({ defaultProps: { withBorder: true, radius: 'lg', padding: 'lg' } }),
    // By its name alone: the component comes with the screen that has one.
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Menu: Menu.extend({ defaultProps: { position: 'bottom-end', shadow: 'md', width: 220 } }),
    Modal: Modal.extend({
      styles: { title: { fontWeight: 600, fontSize: 16, lineHeight: '24px' } },
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        // A stray click is no wish to lose what was typed; Escape and Cancel are.
        closeOnClickOutside: false,
        radius: 'lg',
        centered: true,
        transitionProps: { transition: 'fade', duration: 150 },
      },
    }),
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    NavLink: NavLink.extend({ defaultProps: { variant: 'light' } }),
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    SegmentedControl: SegmentedControl.extend({
      // The library's own gray is too light to read on its ground.
      styles: { label: { color: 'var(--mantine-color-text)', fontWeight: 500 } },
    }),
    Table: Table.extend({ defaultProps: { horizontalSpacing: 'md' } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, transitionProps: { duration: 120 } } }),
  },
});

/** The library fills with step 9, on which white is too faint to read (3.9:1): a step darker, it holds in both schemes. */
const redFilled = { '--mantine-color-red-filled': red.red11, '--mantine-color-red-filled-hover': '#b5262b' };

/** The tokens by the scheme's own scale, where the library would derive them from the light one. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fff',
    '--mantine-color-text': slate.slate12,
    '--mantine-color-dimmed': slate.slate11,
    '--mantine-color-placeholder': slate.slate11,
    '--mantine-color-default-border': slate.slate6,
    '--mantine-color-default-hover': slate.slate2,
    '--mantine-color-anchor': iris.iris11,
    '--mantine-color-error': red.red11,
    ...redFilled,
    '--app-raised': slate.slate2,
    '--app-field-border': slate.slate9,
    '--app-focus': iris.iris8,
    '--app-accent-text': iris.iris11,
    '--app-accent-soft': iris.iris3,
    '--app-good': green.green11,
    '--app-warn': amber.amber11,
    '--app-bad': red.red11,
    '--app-quiet': slate.slate11,
  },
  dark: {
    '--mantine-color-body': slateDark.slate1,
    '--mantine-color-text': slateDark.slate12,
    '--mantine-color-dimmed': slateDark.slate11,
    '--mantine-color-placeholder': slateDark.slate11,
    '--mantine-color-default': slateDark.slate2,
    '--mantine-color-default-border': slateDark.slate6,
    '--mantine-color-default-hover': slateDark.slate3,
    '--mantine-color-anchor': irisDark.iris11,
    '--mantine-color-error': redDark.red11,
    ...redFilled,
    '--app-raised': slateDark.slate2,
    '--app-field-border': slateDark.slate9,
    '--app-focus': irisDark.iris8,
    '--app-accent-text': irisDark.iris11,
    '--app-accent-soft': irisDark.iris3,
    '--app-good': greenDark.green11,
    '--app-warn': amberDark.amber11,
    '--app-bad': redDark.red11,
    '--app-quiet': slateDark.slate11,
  },
});
