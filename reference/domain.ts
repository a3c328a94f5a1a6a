/** Refuses arguments outside the domain of a function; throws a RangeError with `message` unless `legal`. */
export function requireDomain(legal: boolean, message: string): asserts legal {
  if (!legal) throw new RangeError(message);
}

/** Combines two lists entry by entry; throws a RangeError where their lengths differ. */
export function zipWith<A, B, C>(left: readonly A[], right: readonly B[], combine: (a: A, b: B) => C): C[] {
  requireDomain(left.length === right.length, `lengths differ: ${left.length} and ${right.length}`);
  return left.map((a, i) => combine(a, right[i] as B));
}
