#!/usr/bin/env bash
# Plants every bug of sim/planted/bugs.txt, each by itself, in classes beside the real ones, lets the fast tests and simulated
# schedules hunt it, and prints who caught it; the last line of the table is the score. An argument chooses those with it in the name.
set -euo pipefail
cd "$(dirname "$0")/.."
mvn -B -o -ntp -Dfast -pl sim -am -Dtest.excluded= -Dtest=PlantedBugsTest -Dplanted.only="${1:-}" -Dsurefire.failIfNoSpecifiedTests=false test |
    grep --line-buffered -E '^\| |planted bugs caught|ERROR|BUILD'
