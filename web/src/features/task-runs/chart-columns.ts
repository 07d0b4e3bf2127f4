/** The columns of the timeline: names at the left, the axis at the right, with room for the last label. */
export const chartColumns = 'grid grid-cols-[minmax(6.5rem,28%)_minmax(0,1fr)_3.75rem]';
