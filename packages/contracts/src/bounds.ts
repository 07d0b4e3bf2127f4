/** How long runs of a pool may at least and at most be without a sign of life; a form says the same as the server. */
export const recoverySeconds = { min: 5, max: 30 * 86_400 };
