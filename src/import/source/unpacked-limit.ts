/** How much a compressed source may unpack to: memory is bounded otherwise, and this bounds the disk that it can fill. */

export const MOST_UNPACKED_BYTES = 16 * 1024 * 1024 * 1024;
