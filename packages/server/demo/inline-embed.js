// A real page gets the token from its own server like this, so that it stands in no address, no markup and no storage.
const answer = await fetch('/embed-token', { cache: 'no-store' });
const { mtok, toolSlug } = await answer.json();

window.MicroappWidget.mount({ mtok, toolSlug, mode: 'inline', target: '#calculator' });
