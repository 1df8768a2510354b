/** A source that is compressed is sound up to here and no further: what was unpacked before still counts. */
export class DamagedSource extends Error {
  override readonly name = "DamagedSource";
}
