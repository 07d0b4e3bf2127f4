/** Where we differ from the published interface on purpose: the differences that a pattern matches, and why. */
export const onPurpose: [difference: RegExp, why: string][] = [
  [/ body\.limit: (minimum|maximum)/, 'the published document says the bounds of pages in prose only'],
  [/^post \/artifacts\/ 200: not answered/, 'every artifact is new, and what is new is answered with 201'],
];
