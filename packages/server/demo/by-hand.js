const frame = document.querySelector('#calculator');
const microapp = new URL(frame.src).origin;
const token = fetch('/embed-token', { cache: 'no-store' }).then((answer) => answer.json());

addEventListener('message', (event) => {
  if (event.origin !== microapp || event.source !== frame.contentWindow) return;
  if (event.data?.type === 'MICROAPP_EMBED_READY') void sendInit();
});

async function sendInit() {
  const { mtok, toolSlug } = await token;
  frame.contentWindow.postMessage(
    { type: 'MICROAPP_EMBED_INIT', slug: toolSlug, token: mtok, config: { locale: 'en', currency: 'EUR' } },
    microapp,
  );
}
