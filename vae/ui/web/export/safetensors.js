/** Tensors as a file of https://huggingface.co/docs/safetensors: length, header, raw numbers. */

/**
 * @param {Object<string, {shape: number[], data: Float32Array|Uint8Array}>} tensors by name
 * @param {Object<string, string>} metadata
 * @returns {Blob}
 */
export function safetensors(tensors, metadata) {
  /** @type {Object<string, object>} */
  const header = { __metadata__: metadata };
  let offset = 0;
  // Numbers of four bytes first, so that all of them lie at multiples of four.
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  for (const [name, { shape, data }] of entries) {
    const data_offsets = [offset, (offset += data.byteLength)];
    header[name] = { dtype: data instanceof Float32Array ? "F32" : "U8", shape, data_offsets };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const spaces = new Uint8Array((8 - (text.length % 8)) % 8).fill(32);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(text.length + spaces.length), true);
  return new Blob([length, text, spaces, ...entries.map(([, { data }]) => /** @type {BlobPart} */ (data))]);
}
