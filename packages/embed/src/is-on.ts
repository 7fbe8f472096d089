/** Whether a switch is on; as an attribute it may be without a value. */
export function isOn(value: boolean | string | undefined): boolean {
  return value === true || value === '' || value === 'true';
}
