/** Work in step with the screen. */

const EASING = 150;
// What slow work may take of a frame.
const SLICE = 5;

/**
 * Wraps `work` so that it runs at most once a frame: at once when this frame has not had it yet,
 * else in the next one. A slow machine then drops pictures, never the last one. Frames are counted
 * as they are made: in WebKit document.timeline.currentTime goes on between them.
 * @param {() => void} work
 */
export function paced(work) {
  let had = false;
  let waiting = false;
  return function request() {
    if (had) {
      waiting = true;
      return;
    }
    had = true;
    requestAnimationFrame(() => {
      had = false;
      if (!waiting) return;
      waiting = false;
      request();
    });
    work();
  };
}

/**
 * Wraps `work` so that it runs at most so many times a second, the last request always, and never
 * in the way of a frame: for words and figures, which nobody reads faster.
 * @param {() => void} work
 * @param {number} [perSecond]
 */
export function unhurried(work, perSecond = 15) {
  /** @type {number|null} */
  let timer = null;
  let last = -Infinity;
  return function request() {
    timer ??= window.setTimeout(() => {
      timer = null;
      last = performance.now();
      work();
    }, Math.max(0, last + 1000 / perSecond - performance.now()));
  };
}

/**
 * Calls `step` with t from 0 to 1 over 150 ms, smoothly, the last time with exactly 1.
 * @param {(t: number) => void} step
 * @returns {() => void} stops it where it is
 */
export function ease(step) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    step(1);
    return () => {};
  }
  const start = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    const t = Math.min(1, Math.max(0, now - start) / EASING);
    if (t < 1) frame = requestAnimationFrame(next);
    step(t < 1 ? t * t * (3 - 2 * t) : 1);
  });
  return () => cancelAnimationFrame(frame);
}

/**
 * Wraps `work` so that it begins once nobody has asked for a while, and goes on in small pieces
 * that leave every frame its time; asking again stops it and lets it begin anew.
 * @param {() => Iterator<void>} work a generator; every step of it may take a few milliseconds
 * @param {number} [delay] in milliseconds
 */
export function rested(work, delay = 140) {
  let timer = 0;
  let frame = 0;
  return function request() {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    timer = window.setTimeout(() => {
      const steps = work();
      frame = requestAnimationFrame(function next() {
        const start = performance.now();
        while (performance.now() - start < SLICE) {
          if (steps.next().done) return;
        }
        frame = requestAnimationFrame(next);
      });
    }, delay);
  };
}
