# Started by runs, in a session of its own, and ends by force only. hold.sh FOLDER
# Its id is a file in FOLDER/pids; while it lives, its run has a lock; whoever finds that lock taken writes it down.
: > "$1/pids/$$"
exec 9> "$1/locks/$HEADGATE_FLOW_RUN_ID"
flock -n 9 || echo "$HEADGATE_FLOW_RUN_ID $HEADGATE_CLAIM_ID" >> "$1/overlaps"
trap '' TERM HUP INT
while :; do sleep 0.5; done
