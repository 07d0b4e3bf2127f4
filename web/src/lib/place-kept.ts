import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

const patienceMs = 3_000;

/**
 * Keeps the place in a box that scrolls: who goes back finds what was in sight, as soon as there is so much to see. Who goes
 * forward begins at the top. `address` changes with the page.
 */
export function usePlaceKept(box: RefObject<HTMLElement | null>, address: string): void {
  const places = useRef(new Map<string, number>());
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    const frame = box.current!;
    let page = location.pathname;
    const note = () => {
      if (location.pathname === page) places.current.set(page, frame.scrollTop);
    };
    const goBack = () => {
      wanted.current = location.pathname === page ? null : (places.current.get(location.pathname) ?? 0);
      page = location.pathname;
    };
    const follow = () => (page = location.pathname);
    frame.addEventListener('scroll', note, { passive: true });
    // A click may lead to a page: what is in sight before it is what to come back to.
    frame.addEventListener('click', note, { capture: true });
    window.addEventListener('popstate', goBack);
    frame.addEventListener(arrived, follow);
    return () => {
      frame.removeEventListener('scroll', note);
      frame.removeEventListener('click', note, { capture: true });
      window.removeEventListener('popstate', goBack);
      frame.removeEventListener(arrived, follow);
    };
  }, [box]);
  useLayoutEffect(() => {
    const frame = box.current!;
    const place = wanted.current ?? 0;
    wanted.current = null;
    frame.dispatchEvent(new Event(arrived));
    return place === 0 ? void (frame.scrollTop = 0) : scrollWhenPossible(frame, place);
  }, [box, address]);
}

const arrived = 'headgate-arrived';

/** Until the content is long enough, somebody else scrolls, or it takes too long. Answers how to stop. */
function scrollWhenPossible(frame: HTMLElement, place: number): () => void {
  const grows = new ResizeObserver(() => attempt());
  const late = setTimeout(stop, patienceMs);
  function attempt() {
    frame.scrollTop = place;
    if (frame.scrollTop >= place - 1) stop();
  }
  function stop() {
    clearTimeout(late);
    grows.disconnect();
    for (const own of byHand) frame.removeEventListener(own, stop);
  }
  for (const own of byHand) frame.addEventListener(own, stop, { passive: true });
  for (const child of frame.children) grows.observe(child);
  attempt();
  return stop;
}

const byHand = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;
