declare const transactionBrand: unique symbol;

/** An open database transaction; only adapters can look inside. */
export interface Transaction {
  readonly [transactionBrand]: true;
}

/**
 * The one driver everything shares. Inside `transaction` await nothing but calls that are given its `Transaction`:
 * anything else waits for the connection this holds (for ever, on the embedded database).
 */
export interface Database {
  /** Commits when `body` resolves, rolls back when it throws. */
  transaction<Value>(body: (tx: Transaction) => Promise<Value>): Promise<Value>;
}
