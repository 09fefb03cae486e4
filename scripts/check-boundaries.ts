import { cruise, findBlindRules } from "./boundaries.ts";
import { sourceFiles } from "./house-rules/source-files.ts";

const [found, blind, expected] = await Promise.all([
  cruise(["packages", "apps", "scripts"]),
  findBlindRules(),
  sourceFiles(["{packages,apps,scripts}/**/*.{ts,tsx}"]),
]);

const read = new Set(found.modules);
const unread = expected.filter((path) => !read.has(path));
const findings = [
  ...found.violations.map(({ rule, from, to }) => `${from} → ${to}\n    ${rule}`),
  ...unread.map((path) => `${path} was not read, so nothing is known about its imports`),
  ...blind,
];

for (const finding of findings) console.error(finding);
if (read.size === 0) console.error("dependency-cruiser read no TypeScript at all");
if (findings.length > 0 || read.size === 0) process.exitCode = 1;
else console.log(`${read.size} files, ${found.rules.length} rules, each seen to bite`);
