import { exponentialBackoff, flow, getRunContext, getRunLogger, task } from '@headgate/sdk';
import { z } from 'zod';

type Reading = { city: string; celsius: number };

/** A weather service that is out of order for the first calls: always for the same number of them. */
const readWeather = task(
  (city: string, failures: number): Reading => {
    const { attempt } = getRunContext();
    if (attempt <= failures) throw new Error(`The weather service did not answer (attempt ${attempt}).`);
    return { city, celsius: 10 + (city.length % 15) };
  },
  {
    name: 'read weather',
    retries: 5,
    retryDelaySeconds: exponentialBackoff(0.1),
    taskRunName: (city) => `weather of ${city}`,
  },
);

/** Shows retries: every city fails so many times, and then succeeds. */
export const flakyWeather = flow(
  async ({ cities, failures }) => {
    const readings = cities.map((city) => readWeather.submit(city, failures));
    const found = await Promise.all(readings.map((reading) => reading.result()));
    for (const { city, celsius } of found) getRunLogger().info(`${city}: ${celsius} °C`);
    return found;
  },
  {
    name: 'flaky-weather',
    description: 'Reads the weather from a service that fails at first.',
    parameters: z.object({
      cities: z.array(z.string()).default(['Oslo', 'Lisbon', 'Vienna']),
      failures: z
        .number()
        .int()
        .min(0)
        .max(6)
        .default(2)
        .describe('How often each city fails; from 6 on, the flow fails'),
    }),
  },
);
