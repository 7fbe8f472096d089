const embedKey = '{{JOURNAL_KEY}}';

window.MicroappWidget.mount({ embedKey, mode: 'inline', target: '#visitor' });

window.MicroappWidget.mount({
  embedKey,
  mode: 'inline',
  target: '#developer',
  debug: true,
  onAuthErr(error) {
    document.querySelector('#told').textContent = JSON.stringify(error, undefined, 2);
  },
});
