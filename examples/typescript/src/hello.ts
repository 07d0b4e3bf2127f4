import { flow, getRunLogger, task } from '@headgate/sdk';
import { z } from 'zod';

const greeting = task((name: string) => `Hello, ${name}!`, { name: 'greeting' });

/** The smallest flow: one task, one parameter. */
export const hello = flow(
  async ({ name }) => {
    const text = await greeting(name);
    getRunLogger().info(text);
    return text;
  },
  {
    name: 'hello',
    description: 'Says hello.',
    parameters: z.object({ name: z.string().min(1).default('world').describe('Who is greeted') }),
  },
);
