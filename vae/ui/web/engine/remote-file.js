/** A file on the server, of which only the parts that are needed are fetched (RFC 9110, range requests). */

// Chromium keeps parts of a file in blocks of this size, and what is less than a block not at all.
const BLOCK = 1 << 10;

/** The bytes of the first answer are kept, so that none is fetched twice. */
export class RemoteFile {
  #url;
  #head = new Uint8Array(0);

  /** @param {string} url */
  constructor(url, name = nameIn(url)) {
    this.#url = url;
    this.name = name;
    /** The file's length in bytes, as soon as the server has told it. */
    this.size = undefined;
  }

  /**
   * Fetches the first `count` bytes, or the whole file when it is shorter.
   * @param {number} count
   */
  async begin(count) {
    await this.#request(0, count);
    return this.#head;
  }

  /**
   * The bytes [begin, end).
   * @param {number} begin
   * @param {number} end
   */
  async read(begin, end) {
    let bytes = this.#head.subarray(begin, end);
    if (bytes.length < end - begin && this.#head.length !== this.size) {
      bytes = join(bytes, await this.#request(begin + bytes.length, end));
    }
    if (bytes.length === end - begin) return bytes;
    throw new Error(`is damaged: it is truncated: expected bytes ${begin} to ${end}, got ${bytes.length} bytes`);
  }

  /**
   * @param {number} begin
   * @param {number} end
   */
  async #request(begin, end) {
    const from = begin - (begin % BLOCK);
    const headers = { Range: `bytes=${from}-${Math.ceil(end / BLOCK) * BLOCK - 1}` };
    const response = await fetch(this.#url, { headers }).catch((error) => {
      throw new Error(`cannot be fetched (${error.message}): try again`, { cause: error });
    });
    // 416: there is nothing at `begin`, as in an empty file.
    if (response.status === 416) return new Uint8Array(0);
    if (!response.ok) throw new Error(`cannot be fetched (the server answered ${response.status}): try again`);
    const body = new Uint8Array(await response.arrayBuffer());
    // 206: what was asked for. 200: everything, from a server that does not know Range.
    const partial = response.status === 206;
    const range = response.headers.get("Content-Range") ?? "";
    const total = partial ? Number(range.split("/")[1]) : body.length;
    if (total >= 0) this.size = total;
    if (begin === 0 || !partial) this.#head = body;
    return partial ? body.subarray(begin - from, end - from) : body.subarray(begin, end);
  }
}

/** @param {string} url */
const nameIn = (url) => decodeURIComponent(String(url).split(/[?#]/)[0].split("/").at(-1) ?? "");

/**
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 */
function join(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
