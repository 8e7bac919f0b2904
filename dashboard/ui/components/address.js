// One step of the browser's history for each page opened and each setting changed.

// Where the server opens another page, Streamlit first writes the new settings behind the path
// of the page that is left, then the new path: the step between is neither page, and is left out.
const MARK = /[?&]opened=1$/;
if (!window.history.vectorscope) {
  const push = window.history.pushState.bind(window.history);
  window.history.vectorscope = true;
  window.history.pushState = (state, title, url) => {
    const { pathname } = new URL(url, window.location.href);
    if (MARK.test(url) && pathname === window.location.pathname) return;
    push(state, title, String(url).replace(MARK, ""));
  };
}

// The address says what the page published last. Mostly it does already; this writes the first
// address of a page over the bare one that the navigation leaves, so that one step back is one
// page back, and mends one that a run of the page before wrote here after the browser went back.
export default function ({ data }) {
  const { page, query } = JSON.parse(new TextDecoder().decode(data));
  const { pathname, search } = window.location;
  const sorted = (text) => [...new URLSearchParams(text)].map(String).sort().join("\n");
  const embedding = [...new URLSearchParams(search)].filter(([name]) => name.startsWith("embed"));
  const wanted = [query, String(new URLSearchParams(embedding))].filter(Boolean).join("&");
  if (pathname.split("/").at(-1) === page && sorted(search) !== sorted(wanted)) {
    window.history.replaceState(window.history.state, "", pathname + (wanted && `?${wanted}`));
  }
}
