import {
  scopeKey,
  type BudgetCaps,
  type BudgetScope,
  type BudgetUnit,
  budgetKinds,
  budgetUnits,
  amountText,
} from "@omoios/domain/budget/budget-scope";
import { FaultError } from "@omoios/domain/shared/fault";
import type {
  BudgetLine,
  BudgetStore,
  CappedScope,
  ReservationAnswer,
  ReservationRequest,
} from "@omoios/engine/ports/budget-store";
import type { Transaction } from "@omoios/engine/ports/database";
import { type Kysely, sql } from "kysely";
import { z } from "zod";
import { json } from "../sql-values.ts";
import type { Tables } from "../tables.generated.ts";
import { queriesOf } from "../transaction.ts";

const roomSchema = z.object({
  granted: z.number().nullable(),
  scope: z.string().nullable(),
  unit: z.enum(budgetUnits).nullable(),
  cap: z.number().nullable(),
  left: z.number().nullable(),
});

export class PostgresBudgetStore implements BudgetStore {
  readonly #queries: Kysely<Tables>;

  constructor(queries: Kysely<Tables>) {
    this.#queries = queries;
  }

  async reserve(tx: Transaction, request: ReservationRequest): Promise<ReservationAnswer> {
    await openAccounts(tx, request.scopes);
    const { rows } = await reserveStatement(request).execute(queriesOf(tx));
    const room = roomSchema.parse(rows[0]);
    if (room.granted !== null) return { kind: "granted", outputTokens: room.granted };
    const { scope, unit, cap, left } = room;
    if (scope === null || unit === null || cap === null || left === null) {
      throw new Error(`The reservation ${request.id} was refused, but no account is short`);
    }
    return { kind: "refused", shortage: { kind: scopeOf(scope).kind, unit, cap, left, needs: leastOf(request, unit) } };
  }

  async settle(
    tx: Transaction,
    use: { readonly id: string; readonly usdMicros: number; readonly tokens: number; readonly at: Date },
  ): Promise<boolean> {
    const ended = sql`
      UPDATE reservation SET state = 'settled', ended_at = ${use.at}::timestamptz
      WHERE id = ${use.id}::uuid AND state = 'held'
      RETURNING id, scopes, usd_micros, tokens, ${use.usdMicros}::bigint AS used_micros, ${use.tokens}::bigint AS used_tokens`;
    return (await book(tx, ended)) > 0;
  }

  async expire(tx: Transaction, options: { readonly at: Date; readonly everything: boolean }): Promise<number> {
    const ended = sql`
      UPDATE reservation SET state = 'expired', ended_at = ${options.at}::timestamptz
      WHERE state = 'held' AND (${options.everything} OR EXISTS (
        SELECT 1 FROM attempt WHERE attempt.id = reservation.attempt_id
          AND (attempt.ended_at IS NOT NULL OR attempt.epoch > reservation.epoch)))
      RETURNING id, scopes, usd_micros, tokens, usd_micros AS used_micros, tokens AS used_tokens`;
    return book(tx, ended);
  }

  async setCaps(tx: Transaction, scope: BudgetScope, caps: BudgetCaps): Promise<void> {
    await openAccounts(tx, [{ ...scope, caps: null }]);
    for (const unit of budgetUnits) {
      const cap = capOf(caps, unit);
      const changed = await queriesOf(tx)
        .updateTable("budget")
        .set({ cap })
        .where("scope", "=", scopeKey(scope))
        .where("unit", "=", unit)
        .where(sql<boolean>`(${cap}::bigint IS NULL OR settled + reserved <= ${cap}::bigint)`)
        .returning("scope")
        .executeTakeFirst();
      if (changed === undefined && cap !== null) throw await this.#tooLow(tx, { scope, unit, cap });
    }
  }

  async linesOf(scopes: readonly BudgetScope[]): Promise<readonly BudgetLine[]> {
    if (scopes.length === 0) return [];
    const rows = await this.#queries
      .selectFrom("budget")
      .selectAll()
      .where("scope", "in", scopes.map(scopeKey))
      .orderBy("scope")
      .orderBy("unit", "desc")
      .execute();
    return rows.map(({ scope, ...line }) => ({ ...line, ...scopeOf(scope) }));
  }

  async #tooLow(
    tx: Transaction,
    wish: { readonly scope: BudgetScope; readonly unit: BudgetUnit; readonly cap: number },
  ): Promise<FaultError> {
    const account = await queriesOf(tx)
      .selectFrom("budget")
      .select(["settled", "reserved"])
      .where("scope", "=", scopeKey(wish.scope))
      .where("unit", "=", wish.unit)
      .executeTakeFirstOrThrow();
    const used = amountText(wish.unit, account.settled + account.reserved);
    return new FaultError({
      kind: "limit",
      message: `A cap of ${amountText(wish.unit, wish.cap)} is below the ${used} that are spent or held already`,
      fix: `Give at least ${used}`,
    });
  }
}

/**
 * Creates what is missing; given caps replace the ones that are there, down to what is used already. One statement, which
 * writes nothing that is as it should be and locks in the order everything else does: every call of an agent comes by.
 */
async function openAccounts(tx: Transaction, scopes: readonly CappedScope[]): Promise<void> {
  const accounts = scopes.flatMap(({ caps, ...scope }) =>
    budgetUnits.map((unit) => ({
      ...{ scope: scopeKey(scope), unit, isCapped: caps !== null },
      cap: caps === null ? null : capOf(caps, unit),
    })),
  );
  const wanted = sql`SELECT scope, unit, cap
    FROM jsonb_to_recordset(${json(accounts)}::jsonb) AS wanted (scope text, unit text, cap bigint, "isCapped" boolean)`;
  await sql`
    WITH kept AS (
      INSERT INTO budget (scope, unit, cap) ${wanted} WHERE NOT "isCapped" ORDER BY scope, unit
      ON CONFLICT (scope, unit) DO NOTHING
    )
    INSERT INTO budget (scope, unit, cap) ${wanted} WHERE "isCapped" ORDER BY scope, unit
    ON CONFLICT (scope, unit) DO UPDATE SET cap = CASE
      WHEN excluded.cap IS NOT NULL THEN greatest(excluded.cap, budget.settled + budget.reserved) END
    WHERE budget.cap IS DISTINCT FROM excluded.cap`.execute(queriesOf(tx));
}

/**
 * Locks the accounts in order, finds how many output tokens the tightest of them can hold, and books that on all of them
 * and as a reservation; or books nothing and names the tightest. `left` leaves out the input, so a call's output is what
 * remains of it.
 */
function reserveStatement(request: ReservationRequest) {
  const { price, inputTokens, specId, attempt } = request;
  const keys = json(request.scopes.map(scopeKey));
  const inputMicros = price?.inputMicros ?? 0;
  const perToken = sql`${price?.outputMicrosPerToken ?? 0}::numeric`;
  return sql`
    WITH account AS MATERIALIZED (
      SELECT scope, unit, cap, cap - settled - reserved AS free FROM budget
      WHERE scope IN (SELECT jsonb_array_elements_text(${keys}::jsonb))
      ORDER BY scope, unit FOR UPDATE
    ), room AS (
      SELECT scope, unit, cap, free, CASE
        WHEN cap IS NULL THEN ${request.wantedOutputTokens}::numeric
        WHEN unit = 'tokens' THEN (free - ${inputTokens}::bigint)::numeric
        WHEN ${price === null} THEN -1
        WHEN free < ${inputMicros}::bigint THEN -1
        WHEN ${perToken} = 0 THEN ${request.wantedOutputTokens}::numeric
        ELSE floor((free - ${inputMicros}::bigint) / NULLIF(${perToken}, 0)) END AS output
      FROM account
    ), tightest AS (
      SELECT * FROM room ORDER BY output, scope, unit LIMIT 1
    ), decision AS (
      SELECT least(${request.wantedOutputTokens}::numeric, output)::bigint AS output FROM tightest
      WHERE output >= ${request.leastOutputTokens}
    ), held AS (
      INSERT INTO reservation (id, spec_id, attempt_id, epoch, scopes, usd_micros, tokens, state, held_at)
      SELECT ${request.id}::uuid, ${specId}::uuid, ${attempt?.id ?? null}::uuid, ${attempt?.epoch ?? null}::int, ${keys}::jsonb,
        ${inputMicros}::bigint + ceil(output * ${perToken})::bigint, ${inputTokens}::bigint + output, 'held',
        ${request.at}::timestamptz FROM decision
      RETURNING usd_micros, tokens
    ), booked AS (
      UPDATE budget SET reserved = reserved + CASE unit WHEN 'tokens' THEN held.tokens ELSE held.usd_micros END
      FROM held WHERE scope IN (SELECT scope FROM account)
    )
    SELECT (SELECT output FROM decision) AS granted, scope, unit, cap, free AS "left" FROM tightest`;
}

/** Moves what ended reservations held to settled; what was used beyond that and the cap is kept apart. */
async function book(tx: Transaction, ended: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql`
    WITH ended AS (${ended}), line AS (
      SELECT scope, unit, sum(held) AS held, sum(used) AS used FROM ended,
        LATERAL jsonb_array_elements_text(ended.scopes) AS scope,
        LATERAL (VALUES ('usd_micros', ended.usd_micros, ended.used_micros), ('tokens', ended.tokens, ended.used_tokens))
          AS part (unit, held, used)
      GROUP BY scope, unit
    ), account AS MATERIALIZED (
      SELECT budget.scope, budget.unit FROM budget JOIN line USING (scope, unit) ORDER BY budget.scope, budget.unit FOR UPDATE OF budget
    ), booked AS (
      UPDATE budget SET reserved = reserved - line.held,
        settled = settled + least(line.used, coalesce(cap - settled - reserved + line.held, line.used)),
        overrun = overrun + greatest(0, line.used - coalesce(cap - settled - reserved + line.held, line.used))
      FROM line JOIN account USING (scope, unit) WHERE budget.scope = line.scope AND budget.unit = line.unit
    )
    SELECT count(*)::int AS count FROM ended`.execute(queriesOf(tx));
  return z.object({ count: z.number() }).parse(rows[0]).count;
}

function capOf(caps: BudgetCaps, unit: BudgetUnit): number | null {
  return unit === "tokens" ? caps.tokens : caps.usdMicros;
}

function leastOf({ price, inputTokens, leastOutputTokens }: ReservationRequest, unit: BudgetUnit): number | null {
  if (unit === "tokens") return inputTokens + leastOutputTokens;
  return price === null ? null : price.inputMicros + Math.ceil(leastOutputTokens * price.outputMicrosPerToken);
}

function scopeOf(key: string): BudgetScope {
  const kind = budgetKinds.find((known) => key.startsWith(`${known}:`));
  if (kind === undefined) throw new TypeError(`The account ${key} belongs to no kind of scope`);
  return { kind, of: key.slice(kind.length + 1) };
}
