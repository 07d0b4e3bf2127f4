/**
 * How long after its end it is seen to what a run left going, as SQL. Of a process that came to its end by itself, words may
 * still be under way. Where others ended the run it is seen to at once, and once more, for what was just being recorded.
 */
export const leftGoingAfter = {
  endedByOthers: `array[interval '0 seconds', interval '2 seconds']`,
  itself: `array[interval '10 seconds']`,
  told: `interval '10 seconds'`,
};
