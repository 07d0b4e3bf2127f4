/** Any other text stands for itself, and needs no engine. */
export const isTemplate = (text: string): boolean => /\{[{%#]/.test(text);
