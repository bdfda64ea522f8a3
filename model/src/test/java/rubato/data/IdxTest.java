package rubato.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;

/** IDX: what is read, and the one line each fault gets. */
class IdxTest {
    private static final int IMAGES = 0x0803;
    private static final int LABELS = 0x0801;

    @TempDir
    Path home;

    private static byte[] idx(int magic, int[] dimensions, int... bytes) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * dimensions.length + bytes.length);
        file.putInt(magic);
        for (int d : dimensions) file.putInt(d);
        for (int b : bytes) file.put((byte) b);
        return file.array();
    }

    private static byte[] images(int count) {
        int[] bytes = new int[count * 6];
        for (int i = 0; i < bytes.length; i++) bytes[i] = i * 37 % 256;
        return idx(IMAGES, new int[] {count, 2, 3}, bytes);
    }

    private static byte[] labels(int... labels) {
        return idx(LABELS, new int[] {labels.length}, labels);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private Split open(byte[] images, byte[] labels) throws IOException {
        Path testImages = Files.write(home.resolve("test-images"), images(1));
        Path testLabels = Files.write(home.resolve("test-labels"), labels(9));
        Path trainImages = Files.write(home.resolve("train-images"), images);
        Path trainLabels = Files.write(home.resolve("train-labels"), labels);
        return DataSets.open(
                DataSpec.idx(
                        trainImages.toString(), trainLabels.toString(), testImages.toString(), testLabels.toString()),
                home.resolve("cache"));
    }

    private void assertRefused(byte[] images, byte[] labels, String file, String message) {
        ThrowingCallable opening = () -> open(images, labels);
        assertThatThrownBy(opening)
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining(home.resolve(file).toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n")
                .satisfies(
                        e -> assertThat(((RubatoException) e).kind().exitCode()).isEqualTo(1));
    }

    @Test
    void pixels_are_scaled_by_255_and_labels_kept() throws IOException {
        Split split = open(images(3), labels(4, 0, 7));
        DenseDataset train = (DenseDataset) split.train();
        float[] row = new float[8];
        train.copy(2, row, 1);
        float[] expected = new float[8];
        for (int i = 0; i < 6; i++) expected[i + 1] = ((12 + i) * 37 % 256) / 255f;
        assertThat(row).containsExactly(expected);
        assertThat(train.image()).isEqualTo(new DenseDataset.ImageShape(2, 3, 1));
        assertThat(train.label(2)).isEqualTo(7);
        assertThat(train.classes()).isEqualTo(10);
        assertThat(split.test().size()).isEqualTo(1);
    }

    @Test
    void plain_and_gzip_hold_the_same_data() throws IOException {
        Split plain = open(images(3), labels(4, 0, 7));
        Split compressed = open(gzip(images(3)), gzip(labels(4, 0, 7)));
        assertThat(compressed.fingerprint()).isEqualTo(plain.fingerprint());
        assertThat(open(images(3), labels(4, 0, 6)).fingerprint()).isNotEqualTo(plain.fingerprint());
    }

    @Test
    void a_wrong_magic_is_shown_with_the_right_one() {
        assertRefused(
                labels(1, 2), labels(1, 2), "train-images", "wrong magic 0x00000801 at byte 0, expected 0x00000803");
        assertRefused(images(1), images(1), "train-labels", "wrong magic 0x00000803 at byte 0, expected 0x00000801");
    }

    @Test
    void a_truncated_file_is_told_with_what_is_missing() {
        byte[] cut = Arrays.copyOf(images(3), 20);
        assertRefused(cut, labels(1, 2, 3), "train-images", "announces 3 records of 6 bytes, the file holds 4 bytes");
        assertRefused(
                Arrays.copyOf(images(3), 9), labels(1), "train-images", "truncated IDX header, it ends at byte 9");
    }

    @Test
    void a_truncated_gzip_is_told_with_where_it_ends() throws IOException {
        byte[] whole = gzip(images(3));
        assertRefused(Arrays.copyOf(whole, whole.length - 12), labels(1, 2, 3), "train-images", "truncated gzip");
        assertRefused(Arrays.copyOf(whole, 5), labels(1, 2, 3), "train-images", "truncated gzip");
        byte[] short_ = Arrays.copyOf(images(3), 30);
        assertRefused(gzip(short_), labels(1, 2, 3), "train-images", "truncated IDX: it ends in record 2 of 3");
    }

    @Test
    void a_damaged_gzip_is_not_taken_for_data() throws IOException {
        byte[] bytes = gzip(images(3));
        bytes[bytes.length - 6] ^= 1;
        assertRefused(bytes, labels(1, 2, 3), "train-images", "damaged gzip");
    }

    @Test
    void a_header_that_announces_more_than_the_file_can_hold_is_refused_before_anything_is_allocated()
            throws IOException {
        byte[] huge = idx(IMAGES, new int[] {2_000_000_000, 1000, 1000}, 1, 2, 3);
        assertRefused(huge, labels(1), "train-images", "announces 2000000000 records of 1000000 bytes");
        assertRefused(gzip(huge), labels(1), "train-images", "the file holds at most");
        byte[] wide = idx(IMAGES, new int[] {1, 100_000, 100_000}, 1);
        assertRefused(wide, labels(1), "train-images", "< 2^31 bytes");
        byte[] negative = idx(IMAGES, new int[] {-1, 2, 3}, 1);
        assertRefused(negative, labels(1), "train-images", "dimension 0 at byte 4 must be > 0, was -1");
    }

    @Test
    void bytes_left_over_are_an_error() throws IOException {
        byte[] longer = Arrays.copyOf(images(3), images(3).length + 1);
        assertRefused(longer, labels(1, 2, 3), "train-images", "left over after the 3 records");
        assertRefused(gzip(longer), labels(1, 2, 3), "train-images", "left over after the 3 records");
    }

    @Test
    void as_many_labels_as_images_are_needed() {
        assertRefused(images(3), labels(1, 2), "train-labels", "has 2 labels, but");
    }

    @Test
    void a_label_out_of_range_is_told_with_its_record() {
        assertRefused(images(3), labels(1, 10, 3), "train-labels", "label 10 of record 1 must be 0 .. 9");
    }

    @Test
    void test_images_must_have_the_shape_of_the_training_images() {
        byte[] other = idx(IMAGES, new int[] {1, 2, 2}, 1, 2, 3, 4);
        assertRefused(other, labels(1), "train-images", "dimension 2 is 3, expected 2");
    }

    @Test
    void an_empty_file_is_refused() {
        assertRefused(new byte[0], labels(1), "train-images", "empty file");
    }
}
