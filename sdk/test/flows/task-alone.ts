import { task } from '@headgate/sdk';

console.log(await task(() => 'alone', { name: 'alone' })());
