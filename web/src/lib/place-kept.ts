import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

const patienceMs = 5_000;
const framesStill = 20;

/** Where somebody went back to, until it is shown. */
let backTo: string | null = null;

/** Has to be called before the router listens: it draws the page that is gone back to before the next listener is called. */
export function noteGoingBack(): void {
  window.addEventListener('popstate', () => (backTo = location.pathname));
}

/**
 * Keeps the place in a box that scrolls: who goes back finds what was in sight, as soon as there is so much to see. Who goes
 * forward begins at the top. `address` is the path of the page in the box.
 */
export function usePlaceKept(box: RefObject<HTMLElement | null>, address: string): void {
  const places = useRef(new Map<string, number>());
  const shown = useRef(address);
  useEffect(() => {
    const frame = box.current!;
    const note = () => {
      // While another page is on its way, the box is between two places.
      if (location.pathname === shown.current) places.current.set(shown.current, frame.scrollTop);
    };
    frame.addEventListener('scroll', note, { passive: true });
    // A click may lead to a page: what is in sight before it is what to come back to.
    frame.addEventListener('click', note, { capture: true });
    return () => {
      frame.removeEventListener('scroll', note);
      frame.removeEventListener('click', note, { capture: true });
    };
  }, [box]);
  const target = useRef(0);
  useLayoutEffect(() => {
    const frame = box.current!;
    // It is also done again, without another address, when parts of the page had to be waited for.
    if (shown.current !== address) {
      target.current = backTo === address ? (places.current.get(address) ?? 0) : 0;
      backTo = null;
      shown.current = address;
      if (target.current === 0) frame.scrollTop = 0;
    }
    if (target.current > 0) return scrollWhenPossible(frame, target.current, () => (target.current = 0));
    return undefined;
  }, [box, address]);
}

/** Until the content is long enough, somebody else scrolls, or it takes too long. Answers how to stop before. */
function scrollWhenPossible(frame: HTMLElement, place: number, done: () => void): () => void {
  const end = performance.now() + patienceMs;
  let [next, frames] = [0, 0];
  const stop = () => {
    cancelAnimationFrame(next);
    for (const own of byHand) frame.removeEventListener(own, finish);
  };
  const finish = () => {
    stop();
    done();
  };
  // The page may come in parts: whatever is in the box is looked at again with every frame that is drawn.
  const attempt = () => {
    if (frame.scrollHeight - frame.clientHeight >= place && frame.scrollTop !== place) {
      frame.scrollTop = place;
    }
    // What was in the box before may be as long, and go in the next moment.
    if (frame.scrollTop !== place) frames = 0;
    else frames += 1;
    if (frames > framesStill || performance.now() > end) finish();
    else next = requestAnimationFrame(attempt);
  };
  for (const own of byHand) frame.addEventListener(own, finish, { passive: true });
  attempt();
  return stop;
}

const byHand = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;
