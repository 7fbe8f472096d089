// Yours would have the copied address in its markup. This page asks its server for it, since it is made anew at each start.
const answer = await fetch('/copied-url', { method: 'POST' });
if (answer.ok) {
  const { url } = await answer.json();
  document.querySelector('#calculator').src = url;
} else {
  document.querySelector('#no-address').hidden = false;
}
