import { clsx, type ClassValue } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

// Without this, `text-2xs` counts as a colour and would drop out beside one.
const merge = extendTailwindMerge({ extend: { classGroups: { 'font-size': [{ text: ['2xs'] }] } } });

/** Joins class names; of two that say the same thing, the later one wins. */
export const cn = (...classes: ClassValue[]): string => merge(clsx(classes));
