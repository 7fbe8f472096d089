import { describe, expect, it } from 'vitest';
import { may, placesFor } from './navigation.ts';

const labelsFor = (role: 'admin' | 'viewer'): string[] =>
  placesFor((permission) => may(role, permission)).flatMap(({ label, children = [] }) => [
    label,
    ...children.map((child) => child.label),
  ]);

describe('the places of the dashboard', () => {
  it('are those that a role can do something with', () => {
    expect(labelsFor('admin')).toEqual(expect.arrayContaining(['Overview', 'Developers', 'Owner keys', 'Members']));
    expect(labelsFor('viewer')).toEqual(expect.arrayContaining(['Overview', 'Customers', 'API reference']));
    expect(labelsFor('viewer')).not.toContain('Owner keys');
  });
});
