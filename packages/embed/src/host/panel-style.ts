// A dialog that stands above the launcher, or in the middle, or on phones over the whole screen. Its height is fixed: one that
// grew with its content would move what the visitor reads. Its colors are the system's own for dialogs, so that light, dark and
// forced colors need no rule; those of its head, a button as wide as it is, are the launcher's.
export const panelStyle =
  'dialog{flex-flow:column;width:400px;height:min(600px,100% - 110px);margin:68px 0;padding:0;border:1px solid #8885;border-radius:10px;overflow:hidden;box-shadow:0 8px 24px #8885}' +
  '.modal{inset:0;margin:auto;width:640px}' +
  'dialog[open]{display:flex}' +
  'iframe{display:block;flex:1;width:100%;min-height:0;border:0}' +
  'dialog>button{place-content:end;height:44px;border-radius:0;outline-offset:-4px}' +
  // The browser's own style has every dialog begin at the left. A selector of no weight, so that the corner wins.
  '*{inset:auto}' +
  'p{display:grid;gap:10px;margin:10px}' +
  '@media(width<=480px){dialog{inset:0;min-width:100%;height:100dvh;max-height:none;margin:0;border:0;border-radius:0}}';
