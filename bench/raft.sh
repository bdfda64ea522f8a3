#!/bin/sh
# How fast three coordinator processes on one machine commit, every commit forced to disk, and how long a killed leader is
# missed. Writes docs/results/raft.md.
#
#   bench/raft.sh [ROUNDS [KILLS]]      default 5 rounds, 20 kills
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5}
kills=${2:-20}
report=${REPORT:-docs/results/raft.md}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

[ -n "${RAFT_BUILT:-}" ] || mvn -q -B -Dfast -DskipTests -pl engines/raft -am test-compile
(cd engines/raft && [ -f target/classpath ]) || mvn -q -B -Dfast -DskipTests -pl engines/raft -am test-compile \
    dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
"$java" -XX:+UseSerialGC -cp "engines/raft/target/classes:engines/raft/target/test-classes:$(cat engines/raft/target/classpath)" \
    rubato.raft.RaftBench "$work/run" "$rounds" "$kills" >"$work/rows"
{
    echo "# Commits of the replicated log"
    echo
    echo "Question: what does a commit cost when three coordinators hold the ledger? Three JVMs on one machine, one disk, fsync on,"
    echo "authenticated connections, entries of a run with eight workers (about 300 bytes). Made by \`bench/raft.sh $rounds $kills\`;"
    echo "each row is the median of $rounds rounds with smallest and largest. Why this library: [decision 0008](../decisions/0008-replicated-log.md)."
    echo
    echo "| measure | figure |"
    echo "|---|---|"
    cat "$work/rows"
    echo
    echo "$("$java" -version 2>&1 | head -n 1), $(nproc) cores, $(uname -s) $(uname -r | cut -d- -f1)"
} >"$report"
cat "$report"
