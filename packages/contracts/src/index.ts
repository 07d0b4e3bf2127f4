export * from './ids.js';
export * from './states.js';
export * from './names.js';
export * from './shell-words.js';
export * from './bounds.js';
