import { findBrokenLinks } from "./house-rules/broken-links.ts";
import { findClockReads } from "./house-rules/domain-purity.ts";
import { findEmptyNames } from "./house-rules/file-names.ts";
import { findSizeListFaults } from "./house-rules/size-exceptions.ts";
import { findStatusWrites } from "./house-rules/status-writes.ts";

/** The rules of STYLE.md that no off-the-shelf linter knows. */
const rules = {
  "the domain takes time as an argument": await findClockReads(),
  "a state is written only by the stores": await findStatusWrites(),
  "a file is named after the one thing it holds": await findEmptyNames(),
  "a link between pages leads somewhere": await findBrokenLinks(),
  "the list of size exceptions only shrinks": await findSizeListFaults(),
};

for (const [rule, findings] of Object.entries(rules)) {
  for (const finding of findings) console.error(finding);
  if (findings.length === 0) continue;
  console.error(`\n${findings.length} × ${rule}\n`);
  process.exitCode = 1;
}
