export * from './ids.js';
export * from './states.js';
