// Phones first: a dialog over the whole screen. Wider, it stands above the launcher, or in the middle. Its colors are the
// system's own for dialogs, so that light, dark and forced colors need no rule.
export const panelStyle =
  'dialog{position:fixed;inset:0;flex-direction:column;min-width:100%;min-height:100dvh;margin:0;padding:0;border:0;overflow:hidden}' +
  'dialog[open]{display:flex}' +
  'iframe{display:block;flex-grow:1;width:100%;min-height:0;border:0}' +
  'dialog>button{align-self:end;width:44px;height:44px;padding:0;background:none;color:inherit;outline-offset:-4px}' +
  'p{display:grid;gap:16px;margin:16px}' +
  '@media(width>480px){dialog{inset:auto 20px 88px auto;min-width:0;min-height:0;width:400px;max-height:calc(100% - 110px);border:1px solid #8885;border-radius:10px;box-shadow:0 8px 24px #0003}.modal{inset:0;margin:auto;width:640px}}';
