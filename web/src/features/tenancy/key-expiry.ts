const day = 86_400_000;

/** How long a new key may live. */
export const expiries = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'No expiry' },
];

/** When a key made now expires, in ISO 8601; null for never. */
export const expirationOf = (choice: string, nowMs: number): string | null =>
  choice === 'never' ? null : new Date(nowMs + Number(choice) * day).toISOString();
