import type { FilterControl } from '../../ui/filter-bar.tsx';
import { CustomerSelect } from './customer-select.tsx';

/** Narrows a list to one customer, who is found by a part of the name. */
export const customerFilter = {
  name: 'workspaceId',
  label: 'Customer',
  width: 200,
  control: (field: FilterControl) => (
    <CustomerSelect
      {...field}
      placeholder="Every customer"
      clearable
      clearButtonProps={{ 'aria-label': 'Every customer' }}
      // The focus comes here by Clear, too.
      openOnFocus={false}
    />
  ),
} as const;
