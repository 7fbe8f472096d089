/**
 * What Debian's Chromium does that costs time and shows nothing: each window loads two more documents, for the list below the
 * address bar. The others are what playwright-core leaves out by itself: of several such flags Chromium takes the last.
 */
const withoutFeatures = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** Flags for a browser as above, without these features, too. */
export function browserFlagsWithout(...features: readonly string[]): string[] {
  return [
    // What it needs to run as root, without a screen, and without talking to anybody by itself.
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--disable-features=${[...withoutFeatures, ...features].join(',')}`,
    // Sites of their own, all of them here.
    '--host-resolver-rules=MAP *.test 127.0.0.1',
  ];
}

export const browserFlags: readonly string[] = browserFlagsWithout();
