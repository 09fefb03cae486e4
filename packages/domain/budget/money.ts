/** Money is counted in whole millionths of a US dollar. */
export const microsPerUsd = 1_000_000;

/** `1.50 USD`; cents are always shown, smaller parts down to a hundredth of a cent when there are any. */
export function usdText(micros: number): string {
  const usd = micros / microsPerUsd;
  const fine = usd.toFixed(4).replace(/0{1,2}$/u, "");
  return micros > 0 && micros < 50 ? "less than 0.0001 USD" : `${fine} USD`;
}
