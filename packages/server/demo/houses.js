const sampleBox = window.MicroappWidget.mount({
  embedKey: '{{HOUSES_KEY}}',
  mode: 'modal',
  locale: 'en',
});

document.querySelector('#sample-box').addEventListener('click', sampleBox.open);
