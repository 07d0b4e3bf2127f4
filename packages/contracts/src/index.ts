export * from './ids.js';
export * from './states.js';
export * from './names.js';
export * from './bounds.js';
