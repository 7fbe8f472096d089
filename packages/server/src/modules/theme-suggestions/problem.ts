import { invalid, type AppError } from '../../platform/app-error.ts';

/** 400 for a website or an image that no theme can be made from. Nothing that the other side said is repeated. */
export function problemWith(field: 'url' | 'image', message: string): AppError {
  return invalid([{ path: field, message }]);
}
