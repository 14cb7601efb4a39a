// Parts of a log as its server has them.

export const decode = bytes => new TextDecoder().decode(bytes);

// The number and the beginning of a line; null: not known.
export async function placeOf(url, query) {
  const answer = await fetch(`${url}/place?${query}`).catch(() => null);
  return answer?.ok ? await answer.json() : null;
}

// From a line's beginning to a line's end, where there are such; exact: to its end, whatever that is.
export async function rangeOf(url, from, to, exact = false) {
  const none = { text: "", bytes: new Uint8Array(), from, to: from, whole: true };
  const answer = await fetch(url, { headers: { Range: `bytes=${from}-${to - 1}` } });
  if (answer.status !== 206) return none;
  let bytes = new Uint8Array(await answer.arrayBuffer());
  const total = Number(answer.headers.get("Content-Range").split("/")[1]);
  const whole = from + bytes.length >= total;
  // From a line's beginning to a line's end, where there are such.
  const first = from === 0 ? -1 : bytes.indexOf(10);
  const last = whole || (exact && bytes.includes(10)) ? bytes.length - 1 : bytes.lastIndexOf(10);
  let [start, end] = last > first ? [first + 1, last + 1] : [0, bytes.length];
  // In a line without end at least no character is cut.
  while (last <= first && from > 0 && start < 4 && (bytes[start] & 0xc0) === 0x80) start++;
  while (last <= first && !whole && end > bytes.length - 4 && (bytes[end - 1] & 0xc0) === 0x80) end--;
  if (last <= first && !whole && bytes[end - 1] >= 0xc0) end--;
  bytes = bytes.subarray(start, end);
  from += start;
  return { text: decode(bytes), bytes, from, to: from + bytes.length, whole };
}
