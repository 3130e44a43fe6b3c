/** Work in step with the screen. */

const EASING = 150;
// While something is dragged, another picture comes within so many milliseconds.
const NEXT_PICTURE = 35;
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
 * Wraps `work` so that it runs at most so many times a second, the last request always: for words
 * and figures, which nobody reads faster. It goes with the frame of the picture for which it is
 * asked, for a frame of its own costs a page more than most of it: only what was asked for too soon
 * after the last time, and not again, gets one.
 * @param {() => void} work
 * @param {number} [perSecond]
 */
export function unhurried(work, perSecond = 15) {
  const rest = 1000 / perSecond;
  let [timer, frame, last] = [0, 0, -Infinity];
  const next = () => {
    clearTimeout(timer);
    frame = requestAnimationFrame(() => {
      [timer, frame, last] = [0, 0, performance.now()];
      work();
    });
  };
  return function request() {
    if (frame) return;
    const left = last + rest - performance.now();
    if (left <= 0) next();
    else timer ||= window.setTimeout(next, left + NEXT_PICTURE);
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
