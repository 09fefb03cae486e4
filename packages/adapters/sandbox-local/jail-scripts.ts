/**
 * What runs inside one-off jails and at the ends of a sandbox's life, as POSIX shell. Every value is an argument, never
 * part of the text. Git's hooks and the agent's global configuration never take part.
 */

const neutralGit = [
  "set -eu",
  "export GIT_CONFIG_GLOBAL=/dev/null GIT_NO_REPLACE_OBJECTS=1 GIT_TERMINAL_PROMPT=0",
  'git() { command /usr/bin/git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c submodule.recurse=false "$@"; }',
].join("\n");

/** Exit code of {@link buildBaseScript} when a copied path is tracked by git. */
export const copiedPathIsTracked = 3;

/** Arguments: commit, object format, text of the exclude file, copied paths…; all the commit reaches is in place. */
export const buildBaseScript = `${neutralGit}
commit=$1 format=$2 exclude=$3; shift 3
git init -q --template= -b main --object-format="$format" .
git config user.name "OmoiOS agent"
git config user.email agent@omoios.invalid
git config gc.auto 0
git config maintenance.auto false
mkdir -p .git/info
printf %s "$exclude" > .git/info/exclude
git -c checkout.workers=0 checkout -q -f --detach "$commit"
if [ $# -gt 0 ]; then
  tracked=$(git --literal-pathspecs ls-files -- "$@" | head -n 5)
  if [ -n "$tracked" ]; then echo "$tracked" >&2; exit ${copiedPathIsTracked}; fi
fi
git update-index -q --refresh || :
`;

/**
 * Takes back what set-up did to files of the commit, and hides from git what it made beside them; names git would quote
 * stay visible.
 */
export const sealSetupScript = `${neutralGit}
git checkout -q -f --detach HEAD
git ls-files --others --exclude-standard --directory | sed -e '/^"/d' -e 's,[][\\\\*?!# ],\\\\&,g' -e 's,^,/,' >> .git/info/exclude
git update-index -q --refresh || :
`;

/**
 * Brings a fresh tree to its commit. Arguments: commit, branch (empty: detached), \`copy\` when the base is to be copied
 * from /base, \`delta\` when stdin is a pack of what the base lacks.
 */
export const prepareTreeScript = `${neutralGit}
commit=$1 branch=$2
if [ "$3" = copy ]; then
  cp -a --reflink=auto /base/. /workspace/
  git update-index -q --refresh || :
fi
if [ "$4" = delta ]; then git index-pack --stdin --fix-thin >/dev/null; fi
# Unlike checkout, this looks at no file that is the same in both commits.
git read-tree --reset -u HEAD "$commit"
git update-ref --no-deref HEAD "$commit"
if [ -n "$branch" ]; then
  git update-ref "refs/heads/$branch" "$commit"
  git symbolic-ref HEAD "refs/heads/$branch"
fi
`;

/**
 * Puts the head of a tree that is already at its commit on a branch, then becomes the rest of its arguments. Arguments:
 * commit, branch, program…; what it runs before does not get the init's wire to the host.
 */
export const putOnBranchScript = `set -eu
(
${neutralGit}
git update-ref "refs/heads/$2" "$1"
git symbolic-ref HEAD "refs/heads/$2"
) 5>&-
shift 2
exec "$@"
`;

/** Removes the locks of git commands that died with an earlier jail, then becomes its arguments. */
export const dropLocksScript = `set -eu
if [ -d .git ] && [ ! -L .git ]; then find .git -path .git/omoios -prune -o -name '*.lock' -type f -exec rm -f -- {} + 5>&-; fi
exec "$@"
`;

/**
 * Commits everything git does not ignore. Argument: branch; stdin: the message; author, committer and dates: environment.
 * The parent is what the work stands on (HEAD, and MERGE_HEAD in the middle of a merge), wherever the agent moved it.
 * Prints \`1 <id>\` for a new commit, \`0 <id>\` when there was nothing to commit.
 */
export const commitScript = `${neutralGit}
ref="refs/heads/$1"
git add -A
tree=$(git write-tree)
head=$(git rev-parse -q --verify 'HEAD^{commit}' || git rev-parse -q --verify "$ref^{commit}")
set -- -p "$head"
if merged=$(git rev-parse --git-path MERGE_HEAD) && [ -f "$merged" ]; then
  while read -r parent; do set -- "$@" -p "$parent"; done < "$merged"
fi
if [ $# -eq 2 ] && [ "$tree" = "$(git rev-parse "$head^{tree}")" ]; then
  tip=$head created=0
else
  tip=$(git -c i18n.commitEncoding=UTF-8 -c commit.gpgSign=false commit-tree "$@" -F - "$tree") created=1
fi
git update-ref "$ref" "$tip"
git symbolic-ref HEAD "$ref"
rm -f .git/MERGE_HEAD .git/MERGE_MSG .git/MERGE_MODE .git/CHERRY_PICK_HEAD .git/REVERT_HEAD
echo "$created $tip"
`;
