/** How people are told of times and lengths of time: the same words in the web app and in a terminal. */

/** Units with their length in seconds. Months only where a day more or less is nothing: a key of 90 days has 90 days. */
const units: { unit: Intl.RelativeTimeFormatUnit; size: number; from: number }[] = [
  { unit: 'year', size: 31_557_600, from: 31_536_000 },
  { unit: 'month', size: 2_629_800, from: 120 * 86_400 },
  { unit: 'day', size: 86_400, from: 86_400 },
  { unit: 'hour', size: 3600, from: 3600 },
  { unit: 'minute', size: 60, from: 60 },
  { unit: 'second', size: 1, from: 1 },
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

/** `3 min ago`, `in 2 hr`, to the nearest; within five seconds `just now`. */
export function relativeTime(iso: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(iso) - nowMs) / 1000);
  if (Math.abs(seconds) < 5) return 'just now';
  const { unit, size } = units.find(({ size, from }) => nearest(Math.abs(seconds), size) >= from)!;
  return relative.format(Math.round(seconds / size), unit).replace('.', '');
}

/** 59.7 minutes are 60 minutes, and so an hour. */
const nearest = (seconds: number, size: number): number => {
  const smaller = units.find((each) => each.size < size)?.size ?? 1;
  return Math.round(seconds / smaller) * smaller;
};

/** A length of time in at most two units: `240ms`, `3.2s`, `4m 12s`, `1h 5m`, `2d 3h`. */
export function duration(seconds: number): string {
  // What took too little to be told took some time all the same.
  if (seconds < 0.0005) return '<1ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}ms`;
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toString()}s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole}s`;
  const sizes: [string, number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ];
  const first = sizes.findIndex(([, size]) => whole >= size);
  const [bigName, bigSize] = sizes[first]!;
  const [smallName, smallSize] = sizes[first + 1]!;
  const rest = Math.floor((whole % bigSize) / smallSize);
  return `${Math.floor(whole / bigSize)}${bigName}${rest ? ` ${rest}${smallName}` : ''}`;
}
