/** The shop's own colors, as its style sheet has them, so that the tools look like the shop's and not like ours. */
export const demoTheme: Readonly<Record<string, string>> = {
  accent: '#3d5a37',
  'on-accent': '#ffffff',
  'accent-dark': '#a9c49a',
  'on-accent-dark': '#161a15',
  bg: '#fffcf5',
  surface: '#f6f0e3',
  text: '#22281f',
  'text-muted': '#5c6154',
  border: '#d9cfba',
  'bg-dark': '#1e231d',
  'surface-dark': '#272d25',
  'text-dark': '#ece6d8',
  'text-muted-dark': '#b4b1a2',
  'border-dark': '#414838',
  radius: '4px',
  'radius-l': '6px',
};
