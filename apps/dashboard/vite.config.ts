import { defineConfig } from "vite";

const api = process.env["OMOIOS_URL"] ?? "http://127.0.0.1:18000";

/** Everything is a file with a hashed name: the content security policy allows nothing inline, not even a `data:` font. */
export default defineConfig({
  build: {
    target: "es2024",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // What forbids zod to compile has to be evaluated with zod, before any chunk that makes a schema.
      output: { codeSplitting: { groups: [{ name: "zod", test: /node_modules\/zod\/|\/api\/no-eval/u }] } },
      onLog: (level, log, tell) => {
        // "use client" is meant for servers that render.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") tell(level, log);
      },
    },
  },
  server: {
    // The server accepts requests of its own origin only.
    proxy: Object.fromEntries(
      ["/api", "/sign-in", "/sign-out"].map((path) => [
        path,
        { target: api, ws: true, changeOrigin: true, headers: { origin: api } },
      ]),
    ),
  },
});
