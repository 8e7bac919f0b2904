// One step of the browser's history for each page opened and each setting changed.
import { jsonOf } from "./bytes.js";

/** @import { Call } from "./types" */

// Where the server opens another page, Streamlit first writes the new settings behind the path
// of the page that is left, then the new path: the step between is neither page, and is left out.
const MARK = /[?&]opened=1$/;
if (!window.history.vectorscope) {
  const push = window.history.pushState.bind(window.history);
  window.history.vectorscope = true; // also to a newer version of this module
  window.history.pushState = (state, title, url) => {
    const written = String(url);
    const { pathname } = new URL(written, window.location.href);
    if (MARK.test(written) && pathname === window.location.pathname) return;
    push(state, title, written.replace(MARK, ""));
  };
}

/**
 * The address says what the page published last. Mostly it does already; this writes the first
 * address of a page over the bare one that the navigation leaves, so that one step back is one
 * page back, and mends one that a run of the page before wrote here after the browser went back.
 * @param {Call} call
 */
export default function ({ data }) {
  const { page, query } = jsonOf(data);
  const { pathname, search } = window.location;
  const embedding = [...new URLSearchParams(search)].filter(([name]) => name.startsWith("embed"));
  const expected = [query, String(new URLSearchParams(embedding))].filter(Boolean).join("&");
  if (pathname.split("/").pop() === page && sorted(search) !== sorted(expected)) {
    window.history.replaceState(window.history.state, "", pathname + (expected && `?${expected}`));
  }
}

/** @param {string} query */
function sorted(query) {
  return [...new URLSearchParams(query)].map(String).sort().join("\n");
}
