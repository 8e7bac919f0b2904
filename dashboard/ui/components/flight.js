// What a hand moves reports to Python as it moves, at most one report in flight. Each carries a
// number, `turn`, which Python echoes; until that echo arrives and the run that answers it has
// ended, newer positions only overwrite each other. (Sending earlier would stop that run before it
// has drawn its picture, so that during a drag no picture would ever be finished.)
import { isIdle, onScriptChange } from "./streamlit_dom.js";

const NO_ECHO_MS = 900; // nothing heard: send the newest anyway (a busy server needs its time)
const LONG_RUN_MS = 1500; // heard, but the run goes on: likewise
const LOST_MS = 2500; // still not heard: runs that overtake each other can lose a report

export class Flight {
  waiting = false; // a position is to be sent
  echoed = true; // the last report was heard
  sentAt = -Infinity;
  /** @type {number | undefined} */ timer;
  /** @type {number | undefined} */ again;

  /** @param {number} turn of the report that Python heard last @param {(turn: number) => void} send */
  constructor(turn, send) {
    this.sent = this.heard = turn;
    this.send = send;
    this.stop = onScriptChange(() => this.flush());
  }

  remove() {
    this.stop();
    clearTimeout(this.timer);
    clearTimeout(this.again);
  }

  /** There is a position to send. */
  moved() {
    this.waiting = true;
    this.flush();
  }

  /** Send the position, if one waits and nothing is in flight. */
  flush() {
    clearTimeout(this.timer);
    if (!this.waiting) return;
    const age = performance.now() - this.sentAt;
    const limit = this.echoed ? LONG_RUN_MS : NO_ECHO_MS;
    if (!(this.echoed && isIdle()) && age < limit) {
      this.timer = setTimeout(() => this.flush(), limit - age + 1);
      return;
    }
    Object.assign(this, { waiting: false, echoed: false, sentAt: performance.now() });
    this.send(++this.sent);
    clearTimeout(this.again);
    this.again = setTimeout(() => this.moved(), LOST_MS);
  }

  /** Take the echo of a report; true if it is that of the newest one. @param {number} turn */
  hear(turn) {
    const restarted = turn < this.heard; // a new session behind the same page
    if (restarted) this.sent = turn;
    this.heard = turn;
    const newest = restarted || turn === this.sent; // else: the echo of an older position
    if (newest) {
      this.echoed = true;
      clearTimeout(this.again);
    }
    return newest;
  }
}
