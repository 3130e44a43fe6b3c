/**
 * Runs before a page's own scripts and counts the frames, the timers and the answers that these wait
 * for, so that a test waits until the page rests, however slow the machine is.
 */

// So many frames on end without anything pending are rest.
const CALM = 4;

// Until somebody takes over, z sways and the page never rests: milliseconds that are waited then.
const SWAYING = 400;

(() => {
  /** What is pending, and the milliseconds after which a timer was to come. */
  const pending = new Map();
  const [frame, cancelFrame, after, cancelAfter, get] = [
    window.requestAnimationFrame, window.cancelAnimationFrame, window.setTimeout, window.clearTimeout, window.fetch,
  ].map((native) => native.bind(window));

  let swayed = -Infinity;

  window.requestAnimationFrame = (act) => {
    if (act.name === "sway") swayed = performance.now();
    const id = frame((now) => {
      pending.delete(`frame ${id}`);
      act(now);
    });
    pending.set(`frame ${id}`, 0);
    return id;
  };
  window.cancelAnimationFrame = (id) => {
    pending.delete(`frame ${id}`);
    cancelFrame(id);
  };
  window.setTimeout = (act, delay = 0, ...values) => {
    const id = after(() => {
      pending.delete(`timer ${id}`);
      act(...values);
    }, delay);
    pending.set(`timer ${id}`, delay);
    return id;
  };
  window.clearTimeout = (id) => {
    pending.delete(`timer ${id}`);
    cancelAfter(id);
  };
  window.fetch = async (...asked) => {
    const answer = Symbol(String(asked[0]));
    pending.set(answer, 0);
    try {
      return await get(...asked);
    } finally {
      pending.delete(answer);
    }
  };

  for (const part of ["arrayBuffer", "blob", "json", "text"]) {
    const read = Response.prototype[part];
    Response.prototype[part] = async function body() {
      const answer = Symbol(part);
      pending.set(answer, 0);
      try {
        return await read.call(this);
      } finally {
        pending.delete(answer);
      }
    };
  }
  let touched = false;
  for (const type of ["pointerdown", "keydown", "input", "wheel", "click", "drop"]) {
    addEventListener(type, () => (touched = true), { capture: true, once: true, passive: true });
  }

  /** Waits until nothing but timers of over `timers` ms was pending for a few frames, or for `most` ms. */
  window.atRest = async (timers, most = 8000) => {
    const frameOrSo = () => Promise.race([new Promise(frame), new Promise((done) => after(done, 500))]);
    const start = performance.now();
    const sways = () => !touched && performance.now() - swayed < SWAYING;
    for (let calm = 0; calm < CALM;) {
      if (performance.now() > start + (sways() ? SWAYING : most)) return false;
      await new Promise((done) => after(done, 15));
      const busy = [...pending.values()].some((delay) => delay <= timers);
      calm = busy ? 0 : calm + 1;
      if (!busy) await frameOrSo();
    }
    return true;
  };
})();
