export { insertPreview, deleteExpiredPreviews, readPreviewRecord, type PreviewRecord } from './store.ts';
