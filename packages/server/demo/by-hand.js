const frame = document.querySelector('#calculator');
const microapp = new URL(frame.src).origin;
const token = fetch('/embed-token', { cache: 'no-store' }).then((answer) => answer.json());
const theme = { accent: '#3d5a37', 'accent-dark': '#a9c49a', bg: '#fffcf5', 'bg-dark': '#1e231d', radius: '4px' };

addEventListener('message', ({ data, origin, source }) => {
  if (origin !== microapp || source !== frame.contentWindow) return;
  if (data?.type === 'MICROAPP_EMBED_READY') void sendInit();
  if (data?.type === 'MICROAPP_RESIZE') frame.height = data.h;
});

async function sendInit() {
  const { mtok, toolSlug } = await token;
  frame.contentWindow.postMessage(
    { type: 'MICROAPP_EMBED_INIT', slug: toolSlug, token: mtok, config: { locale: 'en', currency: 'EUR', theme } },
    microapp,
  );
}
