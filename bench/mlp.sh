#!/bin/sh
# Built-in perceptron against DJL's, one thread, in turns in one process. Writes docs/results/mlp.md.
#
#   bench/mlp.sh [ROUNDS [MILLIS]]    default 15 rounds of 500 ms per model and batch
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-15}
millis=${2:-500}
report=${REPORT:-docs/results/mlp.md}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

mvn -q -B -Dfast -DskipTests -pl bench -am compile dependency:build-classpath -Dmdep.outputFile=target/classpath
exec env OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 \
    MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=-1 MALLOC_TOP_PAD_=268435456 \
    "$java" --add-modules jdk.incubator.vector -XX:+UseSerialGC -Xmx1g \
    -cp "bench/target/classes:$(cat bench/target/classpath)" rubato.bench.MlpThroughput "$rounds" "$millis" "$report"
