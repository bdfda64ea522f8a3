/* Microseconds per in-place MPI_Allreduce of float32, one line per size: bytes, median, minimum, maximum of the samples, correct.
 * The schedule is that of `rubato bench allreduce`. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

static long clamp(long value, long low, long high) { return value < low ? low : value > high ? high : value; }

static int by_value(const void *a, const void *b) { return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b); }

static double calls(float *vector, int length, long count) {
    MPI_Barrier(MPI_COMM_WORLD);
    double start = MPI_Wtime();
    for (long i = 0; i < count; i++) MPI_Allreduce(MPI_IN_PLACE, vector, length, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    return (MPI_Wtime() - start) * 1e6 / count;
}

static int correct(float *vector, int length, int rank, int size) {
    for (int i = 0; i < length; i++) vector[i] = (float)(rank + i % 7);
    MPI_Allreduce(MPI_IN_PLACE, vector, length, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
    for (int i = 0; i < length; i++)
        if (vector[i] != (float)(size * (size - 1) / 2 + size * (i % 7))) return 0;
    for (int i = 0; i < length; i++) vector[i] = 0;
    return 1;
}

int main(int argc, char **argv) {
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    for (int a = 1; a < argc; a++) {
        long bytes = atol(argv[a]);
        int length = (int)(bytes / 4);
        float *vector = malloc(bytes);
        int right = correct(vector, length, rank, size);
        int samples = bytes > (16L << 20) ? 7 : 11;
        double us[11];
        calls(vector, length, clamp((32L << 20) / bytes, 2, 1000));
        for (int i = 0; i < samples; i++) us[i] = calls(vector, length, clamp((64L << 20) / bytes, 1, 1000));
        qsort(us, samples, sizeof us[0], by_value);
        if (rank == 0) printf("%ld %.3f %.3f %.3f %d\n", bytes, us[samples / 2], us[0], us[samples - 1], right);
        free(vector);
    }
    MPI_Finalize();
    return 0;
}
