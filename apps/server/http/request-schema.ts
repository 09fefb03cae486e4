import { FaultError } from "@omoios/domain/shared/fault";
import type { FastifySchemaCompiler } from "fastify";
import type { z } from "zod";
import { check } from "../issue-problems.ts";

const partNames: Readonly<Record<string, string>> = {
  body: "The body of the request",
  querystring: "The query of the request",
  params: "The path of the request",
  headers: "The headers of the request",
};

/** Checks the parts of a request with zod; what is wrong becomes an `invalid` fault that lists every problem. */
export const requestChecker: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (input) => {
    const checked = check(schema, input);
    if (checked.ok) return { value: checked.value };
    const message = `${partNames[httpPart ?? ""] ?? "The request"} is not valid`;
    return { error: new FaultError({ kind: "invalid", message, problems: checked.problems }) };
  };
};
