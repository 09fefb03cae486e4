import { z } from "zod";

/** The content security policy forbids compiling code, so zod must not even try. Has to be evaluated before any schema. */
z.config({ jitless: true });
