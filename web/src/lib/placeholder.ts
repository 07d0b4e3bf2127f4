/**
 * The static export has one page per shape of address; `_` stands for every value of a segment.
 * The api answers `/acme/main/runs/123` with `_/_/runs/_.html`, and the page reads the real values from the address.
 */
export const onePlaceholder = () => [{ account: '_', workspace: '_', id: '_' }];
