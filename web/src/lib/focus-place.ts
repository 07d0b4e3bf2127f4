import { useEffect, type RefObject } from 'react';

/** Where an element stood: itself and all that it stood in, from the inside out. */
type Place = readonly HTMLElement[];

export function placeOf(element: HTMLElement | null): Place {
  const place: HTMLElement[] = [];
  for (let at = element; at; at = at.parentElement) place.push(at);
  return place;
}

/** Focuses the element; when it is gone, the heading of what it stood in. */
export function focusPlace(place: Place): void {
  const [element, ...around] = place;
  if (element?.isConnected) return element.focus();
  for (const box of around) {
    if (!box.isConnected || box === document.body) continue;
    const heading = box.querySelector<HTMLElement>('h1, h2, h3');
    if (!heading) continue;
    heading.tabIndex = -1;
    return heading.focus({ preventScroll: true });
  }
}

/**
 * Who uses the keyboard or listens is lost when what had the focus goes away: the browser starts at the top of the page
 * again. Within the box the heading of what is left around it takes the focus instead.
 */
export function useFocusKept(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const frame = box.current!;
    let place: Place = [];
    const note = ({ target }: FocusEvent) => void (place = placeOf(target as HTMLElement));
    const look = () => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && place[0] && !place[0].isConnected) focusPlace(place);
    };
    // Somebody who clicks where nothing is has left by themselves. What is taken away loses the focus while it is still there.
    const leave = ({ relatedTarget }: FocusEvent) => {
      const left = place;
      if (!relatedTarget) requestAnimationFrame(() => left === place && left[0]?.isConnected && (place = []));
    };
    const watch = new MutationObserver(look);
    watch.observe(frame, { childList: true, subtree: true });
    frame.addEventListener('focusin', note);
    frame.addEventListener('focusout', leave);
    return () => {
      watch.disconnect();
      frame.removeEventListener('focusin', note);
      frame.removeEventListener('focusout', leave);
    };
  }, [box]);
}
