// Asks the shop for a piece of a page, and tries again where that is safe: reads, and changes that carry a key or
// that give the same result twice.

const TRIES = 3;
const PATIENCE = 8000; // milliseconds for one try
const PASSING = new Set([429, 502, 503, 504]);

/** The shop said no, in words for the shopper. */
export class Refused extends Error {}

/** The address, asking for only the named piece of the page. */
export function piece(address, name) {
  const url = new URL(address, location.href);
  url.searchParams.set('fragment', name);
  return url;
}

/** The text of the answer. Throws `Refused` with the shop's words, or with `offline` when it could not be reached. */
export async function ask(url, { method = 'GET', body, key, signal, offline = '' } = {}) {
  // Problem details come back as JSON, so that their text can be shown.
  const headers = { Accept: 'application/json' };
  if (key) headers['Idempotency-Key'] = key;
  for (let tried = 1; ; tried += 1) {
    const last = tried === TRIES;
    try {
      const response = await fetch(url, { method, body, headers, signal: within(signal) });
      if (response.ok) return await response.text();
      if (last || !PASSING.has(response.status)) throw new Refused(await reason(response, offline));
      await pause(tried, response.headers.get('Retry-After'));
    } catch (error) {
      if (error instanceof Refused || signal?.aborted) throw error;
      if (last) throw new Refused(offline);
      await pause(tried);
    }
  }
}

function within(signal) {
  const limit = AbortSignal.timeout(PATIENCE);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

async function reason(response, fallback) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title || fallback;
  } catch {
    return fallback;
  }
}

function pause(tried, seconds) {
  const asked = Math.min(Number(seconds) || 0, 4) * 1000;
  const wait = Math.max(asked, 250 * 3 ** (tried - 1) * (0.75 + Math.random() / 2));
  return new Promise((resolve) => setTimeout(resolve, wait));
}
