/** Read once by every prepared process, so that what reads TypeScript is at work before a flow comes. */
export const warm: boolean = true;
