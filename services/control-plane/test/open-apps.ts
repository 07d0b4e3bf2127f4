/** Applications of tests that are not closed yet. */
export const openApps = new Set<object>();
