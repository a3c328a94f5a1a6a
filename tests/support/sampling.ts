/** Every Nth item, the first among them; `text` is N as it was typed. */
export function takeEvery<Item>(items: readonly Item[], text: string): Item[] {
  const step = Number(text);
  if (!Number.isInteger(step) || step < 1) throw new Error(`--every takes a whole number from 1, not ${text}`);
  return items.filter((_, index) => index % step === 0);
}
