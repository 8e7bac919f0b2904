// What one component of the page tells the others; it stays within the browser.

/**
 * @template Message
 * @returns {{ tell(message: Message): void, hear(listener: (message: Message) => void): () => void }}
 * `hear` returns what ends it.
 */
export function channel() {
  const target = new EventTarget(); // a listener that fails stops no other
  return {
    tell(message) {
      target.dispatchEvent(new CustomEvent("message", { detail: message }));
    },
    hear(listener) {
      const heard = (/** @type {Event} */ event) => listener(/** @type {CustomEvent<Message>} */ (event).detail);
      target.addEventListener("message", heard);
      return () => target.removeEventListener("message", heard);
    },
  };
}
