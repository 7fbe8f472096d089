/** Bytes of an image, before base64. */
export const suggestionImageBytesMax = 2 * 1024 * 1024;

/** Characters of an image in base64. */
export const suggestionImageTextMax = Math.ceil(suggestionImageBytesMax / 3) * 4;
