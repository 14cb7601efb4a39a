// SHA-256 (FIPS 180-4) of a file of any size, piece by piece: the browser's own takes a file as a whole, and none at all where a page came without TLS.
const first = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
const k = Int32Array.from(primes(64), prime => fraction(Math.cbrt(prime)));

function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n++) if (found.every(prime => n % prime)) found.push(n);
  return found;
}

function fraction(root) { return ((root - Math.floor(root)) * 2 ** 32) | 0; }

const w = new Int32Array(64);

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

const piece = 4 << 20;

// In lower-case hex. `told(part)` hears how far it is, from 0 to 1; `signal` ends it.
export async function sha256(file, told, signal) {
  const state = first.slice();
  for (let at = 0; at < file.size; at += piece) {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(await file.slice(at, at + piece).arrayBuffer());
    const whole = bytes.length - (bytes.length % 64);
    for (let i = 0; i < whole; i += 64) block(state, bytes, i);
    if (at + piece >= file.size) last(state, bytes.subarray(whole), file.size);
    told?.(Math.min(1, (at + piece) / file.size));
  }
  if (file.size === 0) last(state, new Uint8Array(0), 0);
  return Array.from(state, word => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function last(state, rest, size) {
  const end = new Uint8Array(rest.length < 56 ? 64 : 128);
  end.set(rest);
  end[rest.length] = 0x80;
  const view = new DataView(end.buffer);
  view.setUint32(end.length - 8, Math.floor(size / 2 ** 29));
  view.setUint32(end.length - 4, (size * 8) % 2 ** 32);
  for (let i = 0; i < end.length; i += 64) block(state, end, i);
}
