export { insertPreview, deleteExpiredPreviews } from './store.ts';
export { readPreviewRecord, readPreviewSpec, type PreviewRecord } from './store.ts';
