# shellcheck shell=bash
# coord: the functions of the bash edition. Laid down by `coord init`, which replaces it: changes made here are lost.
# Also: eval "$(coord shell)". For bash 3.2 and later; safe under `set -euo pipefail`.
#
#   coord_init
#   coord_register_instance TASK ROLE             prints the ID
#   coord_unregister_instance
#   coord_heartbeat                               0, or 13: not registered, or stale
#   coord_cleanup_stale_instances                 prints how many
#   coord_acquire_lock FILE [INTENT]              0, or 10: another holds it
#   coord_release_lock FILE                       0, or 10; 11 and 12: the lock had ended before
#   coord_renew_lock FILE                         0, 10, or 11: it has ended
#   coord_check_lock FILE                         0: free or mine, 10: another holds it, 11: mine has ended
#   coord_detect_conflict FILE                    0, or 12: not what I locked or last saw
#   coord_log_decision CATEGORY TITLE DESCRIPTION [SCOPE]    prints the ID
#   coord_query_decisions [CATEGORY] [LIMIT]      prints a JSON list, newest first
#   coord_list_instances                          prints a JSON list
#   coord_get_work [ID]                           prints a JSON object, or nothing
#
# Who acts: INSTANCE_ID if the script has set it, else COORD_INSTANCE_ID, else the session of Claude Code. Where there is
# none of them, this shell gets an ID of its own, whose locks end with the shell.
# COORD_BIN names the binary, where it is not the one that laid this down.

: "${EXIT_SUCCESS:=0}" "${EXIT_LOCK_HELD:=10}" "${EXIT_LOCK_EXPIRED:=11}" "${EXIT_CONFLICT:=12}"
: "${EXIT_STALE_INSTANCE:=13}"

coord_generate_instance_id() {
  printf '%s\n' "shell-$$-${RANDOM}${RANDOM}"
}

if [ -z "${COORD_INSTANCE_ID:-}" ] && [ -z "${CLAUDE_CODE_SESSION_ID:-}" ]; then
  export COORD_INSTANCE_ID="shell-$$-${RANDOM}${RANDOM}"
fi
# An INSTANCE_ID from outside is some other program's; one that the script sets from here on is meant for us.
INSTANCE_ID=${COORD_INSTANCE_ID:-}
__coord_sourced_id=$INSTANCE_ID

# The project that this file belongs to, for scripts that are started outside of any.
__coord_project=''
case ${BASH_SOURCE:-} in
  /*/.claude/coordination/lib/coordination.sh) __coord_project=${BASH_SOURCE%/.claude/*} ;;
  */.claude/coordination/lib/coordination.sh) __coord_project=$PWD/${BASH_SOURCE%/.claude/*} ;;
  .claude/coordination/lib/coordination.sh) __coord_project=$PWD ;;
esac

__coord_call() {
  local name=$1 id=${COORD_INSTANCE_ID:-} pid='' bin='@COORD_BINARY@'
  shift
  if [ -n "${COORD_BIN:-}" ]; then
    bin=$COORD_BIN
  elif ! [ -f "$bin" ] || ! [ -x "$bin" ]; then
    bin=coord
  fi
  if ! command -v "$bin" >/dev/null 2>&1; then
    printf 'Error: No coord binary: "%s" cannot be run\nNext: %s\n' "$bin" \
      'put coord on PATH, or: export COORD_BIN=/path/to/coord' >&2
    return 1
  fi
  if [ -n "${INSTANCE_ID:-}" ] && [ "$INSTANCE_ID" != "${__coord_sourced_id:-}" ]; then
    id=$INSTANCE_ID
  fi
  # Made above, so it lives and dies with the shell that it names.
  case $id in
    shell-*-*)
      pid=${id#shell-}
      pid=${pid%%-*}
      ;;
  esac
  case $pid in
    '' | *[!0-9]*) pid='' ;;
    *) kill -0 "$pid" 2>/dev/null || pid='' ;;
  esac
  set -- -- "$@"
  if [ -n "$pid" ]; then set -- --pid "$pid" "$@"; fi
  if [ -n "$id" ]; then set -- --as "$id" "$@"; fi
  CLAUDE_PROJECT_DIR="${CLAUDE_PROJECT_DIR:-${__coord_project:-}}" command "$bin" shell "$name" "$@"
}

coord_init() { __coord_call init "$@"; }
coord_register_instance() { __coord_call register_instance "$@"; }
coord_unregister_instance() { __coord_call unregister_instance "$@"; }
coord_heartbeat() { __coord_call heartbeat "$@"; }
coord_cleanup_stale_instances() { __coord_call cleanup_stale_instances "$@"; }
coord_acquire_lock() { __coord_call acquire_lock "$@"; }
coord_release_lock() { __coord_call release_lock "$@"; }
coord_release_all_locks() { __coord_call release_all_locks "$@"; }
coord_renew_lock() { __coord_call renew_lock "$@"; }
coord_check_lock() { __coord_call check_lock "$@"; }
coord_detect_conflict() { __coord_call detect_conflict "$@"; }
coord_log_decision() { __coord_call log_decision "$@"; }
coord_query_decisions() { __coord_call query_decisions "$@"; }
coord_list_instances() { __coord_call list_instances "$@"; }
coord_get_work() { __coord_call get_work "$@"; }

# For scripts that this one starts, as before.
if [ -n "${BASH_VERSION:-}" ]; then
  export -f __coord_call coord_generate_instance_id coord_init coord_register_instance coord_unregister_instance
  export -f coord_heartbeat coord_cleanup_stale_instances coord_acquire_lock coord_release_lock coord_release_all_locks
  export -f coord_renew_lock coord_check_lock coord_detect_conflict coord_log_decision coord_query_decisions
  export -f coord_list_instances coord_get_work
fi
