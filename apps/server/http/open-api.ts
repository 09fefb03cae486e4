import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { apiPaths, sessionCookie } from "@omoios/contract/http";
import { problemContentType } from "@omoios/contract/problem";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { Api } from "./api.ts";

/** Where the page is. */
export const docsPath = "/docs";

/** The documentation: OpenAPI 3.1 made from the schemas the routes check with, and a page to try them, all from here. */
export async function addDocumentation(api: Api, version: string): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "OmoiOS",
        version,
        description: "Lets AI coding agents build whole features, and proves every acceptance criterion.",
      },
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "The token in the file `token` of OMOIOS_HOME" },
          session: { type: "apiKey", in: "cookie", name: sessionCookie, description: "Set by a sign-in link" },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    transform: documentedWithProblems,
    transformObject: jsonSchemaTransformObject,
  });
  // Without the bar that asks for other documents; nothing is asked of any other host.
  await api.register(swaggerUi, {
    routePrefix: docsPath,
    uiConfig: { validatorUrl: null, deepLinking: true, tryItOutEnabled: true, layout: "BaseLayout" },
    theme: { title: "OmoiOS API" },
    staticCSP: false,
  });
  api.get(apiPaths.openApi, { config: { permission: "read" }, schema: { hide: true } }, () => api.swagger());
}

/** Every answer that is not a success is a problem document; routes need not repeat it. */
const documentedWithProblems: typeof jsonSchemaTransform = (document) => {
  const transformed = jsonSchemaTransform(document);
  const { schema } = transformed;
  if (schema?.hide === true) return transformed;
  const problem = {
    description: "Anything else",
    content: { [problemContentType]: { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const answers = schema?.response as Record<string, unknown> | undefined;
  return {
    ...transformed,
    schema: { ...schema, response: { ...(answers ?? { 200: { description: "OK" } }), default: problem } },
  };
};
