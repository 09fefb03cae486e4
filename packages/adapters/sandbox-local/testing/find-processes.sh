# Prints the pid of every live process whose arguments hold the text in $1, but for this shell's own.
for folder in /proc/[0-9]*; do
  pid=${folder#/proc/}
  [ "$pid" = "$$" ] && continue
  if { tr '\0' ' ' < "$folder/cmdline"; } 2>/dev/null | grep -qF -- "$1" && ! grep -q '^State:.Z' "$folder/status" 2>/dev/null; then
    [ "$(awk '/^PPid/ { print $2 }' "$folder/status" 2>/dev/null)" = "$$" ] || echo "$pid"
  fi
done
