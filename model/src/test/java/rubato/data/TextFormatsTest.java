package rubato.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rubato.error.RubatoException;

/** LIBSVM, CSV and plain text: what is read, and the one line each fault gets. */
class TextFormatsTest {
    @TempDir
    Path home;

    private String file(String name, String content) throws IOException {
        return Files.writeString(home.resolve(name), content).toString();
    }

    private Split open(DataSpec spec) {
        return DataSets.open(spec, home.resolve("cache"));
    }

    private static String row(Dataset data, int sample) {
        SparseDataset sparse = (SparseDataset) data;
        int[] indices = new int[sparse.maxNonZeros()];
        float[] values = new float[sparse.maxNonZeros()];
        int count = sparse.copy(sample, indices, values);
        StringBuilder text = new StringBuilder().append(data.label(sample));
        for (int i = 0; i < count; i++)
            text.append(' ').append(indices[i]).append(':').append(values[i]);
        return text.toString();
    }

    @Test
    void libsvm_labels_of_minus_one_and_zero_mean_the_same_class() throws IOException {
        Split split =
                open(DataSpec.libsvm(file("a", "+1 1:0.5 3:2\n-1 2:1 # comment\n\n-1\n"), file("b", "1 1:1\n0 5:3\n")));
        assertThat(split.train().classes()).isEqualTo(2);
        assertThat(split.train().features()).isEqualTo(5);
        assertThat(List.of(row(split.train(), 0), row(split.train(), 1), row(split.train(), 2)))
                .containsExactly("1 0:0.5 2:2.0", "0 1:1.0", "0");
        assertThat(List.of(row(split.test(), 0), row(split.test(), 1))).containsExactly("1 0:1.0", "0 4:3.0");
    }

    @Test
    void libsvm_reads_gzip_and_numbers_classes_by_order() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("7 1:1\n3 1:2\n9 1:3\n".getBytes(StandardCharsets.UTF_8));
        }
        Path train = Files.write(home.resolve("a.gz"), bytes.toByteArray());
        Split split = open(DataSpec.libsvm(train.toString(), file("b", "9 1:1\n")));
        assertThat(split.train().classes()).isEqualTo(3);
        assertThat(List.of(
                        split.train().label(0),
                        split.train().label(1),
                        split.test().label(0)))
                .containsExactly(1, 0, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 0:5|line 2: index 0 must be >= 1",
                "1 3:1 2:1|line 2: index 2 must be greater than 3",
                "1 2:1 2:1|line 2: index 2 must be greater than 2",
                "1 2:x|line 2: value 'x' is not a number",
                "1 2:NaN|line 2: value 'NaN' is not finite",
                "1 2|line 2: '2' is not INDEX:VALUE",
                "1.5 2:1|line 2: label 1.5 is not a whole number",
                "cat 2:1|line 2: label 'cat' is not a number",
                "1 9:1|line 2: index 9 must be <= 4 (data.features)"
            })
    void a_wrong_libsvm_line_is_told_with_its_place(String line, String message) throws IOException {
        DataSpec spec = DataSpec.libsvm(file("a", "0 1:1\n" + line + "\n"), file("b", "0 1:1\n"))
                .withShape(0, 4);
        assertThatThrownBy(() -> open(spec)).isInstanceOf(RubatoException.class).hasMessageContaining(message);
    }

    private static final String TABLE =
            "age,job,\"city, or town\",y\n30,cook,A,yes\n40,pilot,B,no\n50,cook,\"A\",no\n20,clown,C,yes\n";

    @Test
    void csv_columns_are_numeric_or_one_hot_as_their_cells_show() throws IOException {
        Split split = open(DataSpec.csv(file("a", TABLE), file("b", "age,job,\"city, or town\",y\n33,judge,B,yes\n")));
        assertThat(split.train().features()).isEqualTo(1 + 3 + 3);
        assertThat(row(split.train(), 0)).isEqualTo("1 0:30.0 2:1.0 4:1.0");
        assertThat(row(split.test(), 0)).as("an unseen job puts nothing").isEqualTo("1 0:33.0 5:1.0");
    }

    @Test
    void csv_columns_may_be_chosen_standardized_and_hashed() throws IOException {
        DataSpec spec = DataSpec.csv(file("a", TABLE), file("b", TABLE))
                .withTable(",", "y", List.of(ColumnSpec.standardized("age"), ColumnSpec.hashed("job", 8)));
        Split split = open(spec);
        assertThat(split.train().features()).isEqualTo(9);
        assertThat(row(split.train(), 0)).startsWith("1 0:-0.447");
        assertThat(row(split.train(), 0).substring(14))
                .isEqualTo(row(split.train(), 2).substring(13));
    }

    @Test
    void csv_of_numbers_is_dense() throws IOException {
        Split split = open(DataSpec.csv(file("a", "x;z;y\n1;2;a\n3;4;b\n"), file("b", "x;z;y\n5;6;b\n"))
                .withTable(";", "y", List.of()));
        float[] values = new float[2];
        ((DenseDataset) split.test()).copy(0, values, 0);
        assertThat(values).containsExactly(5, 6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3,no|line 3: has 2 cells, the header 3",
                "3,x,no,4|line 3: has 4 cells, the header 3",
                "x,2,no|line 3, column 'a': 'x' is not a number",
                "NaN,2,no|line 3, column 'a': 'NaN' is not finite"
            })
    void a_wrong_csv_line_is_told_with_its_place(String line, String message) throws IOException {
        DataSpec spec = DataSpec.csv(file("a", "a,b,y\n1,2,yes\n" + line + "\n"), file("b", "a,b,y\n1,2,yes\n"))
                .withTable(",", "y", List.of(ColumnSpec.numeric("a")));
        assertThatThrownBy(() -> open(spec)).isInstanceOf(RubatoException.class).hasMessageContaining(message);
    }

    @Test
    void a_csv_label_column_that_is_missing_is_named() throws IOException {
        DataSpec spec = DataSpec.csv(file("a", TABLE), file("b", TABLE)).withTable(",", "target", List.of());
        assertThatThrownBy(() -> open(spec)).hasMessageContaining("no column 'target'");
    }

    @Test
    void one_file_is_split_by_seed_and_each_row_is_on_one_side() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 1; i <= 100; i++)
            rows.append(i % 2).append(" 1:").append(i).append('\n');
        Split split = open(DataSpec.libsvm(file("a", rows.toString()), "").withSplit(0.2, 3));
        assertThat(split.train().size()).isEqualTo(80);
        assertThat(split.test().size()).isEqualTo(20);
        java.util.Set<String> seen = new java.util.HashSet<>();
        for (int i = 0; i < 80; i++) seen.add(row(split.train(), i));
        for (int i = 0; i < 20; i++) seen.add(row(split.test(), i));
        assertThat(seen).hasSize(100);
    }

    @Test
    void text_samples_are_the_characters_before_and_the_tail_is_the_test_set() throws IOException {
        Split split = open(
                DataSpec.text(file("a", "abcabcabca".repeat(3))).withContext(2).withSplit(0.2, 1));
        assertThat(split.train().classes()).isEqualTo(3);
        assertThat(split.train().size()).isEqualTo(22);
        assertThat(split.test().size()).isEqualTo(4);
        assertThat(row(split.train(), 0)).isEqualTo("2 0:1.0 4:1.0");
    }

    @Test
    void files_that_are_missing_or_empty_are_named() throws IOException {
        assertThatThrownBy(() -> open(DataSpec.text(home.resolve("none").toString())))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> open(DataSpec.text(file("empty", "")))).hasMessageContaining("empty file");
        assertThatThrownBy(() -> open(DataSpec.libsvm(file("blank", "\n\n"), "")))
                .hasMessageContaining("no rows");
        assertThatThrownBy(() -> open(DataSpec.csv(file("head", "a,b\n"), ""))).hasMessageContaining("no rows");
    }

    @Test
    void text_that_is_not_utf_8_is_refused() throws IOException {
        Path latin = Files.write(home.resolve("latin"), new byte[] {'a', ',', 'y', '\n', (byte) 0xE9, ',', '1', '\n'});
        for (DataSpec spec : List.of(
                DataSpec.text(latin.toString()),
                DataSpec.csv(latin.toString(), ""),
                DataSpec.libsvm(latin.toString(), ""))) {
            assertThatThrownBy(() -> open(spec))
                    .isInstanceOf(RubatoException.class)
                    .hasMessageContaining("not UTF-8 text");
        }
    }

    @Test
    void a_byte_order_mark_is_no_part_of_the_first_column() throws IOException {
        String file = file("a", "\uFEFF\"x\",y\n1,a\n2,b\n");
        DataSpec spec = DataSpec.csv(file, file).withTable(",", "y", List.of(ColumnSpec.numeric("x")));
        assertThat(open(spec).train().size()).isEqualTo(2);
    }

    @Test
    void two_csv_columns_of_one_name_and_an_open_quote_are_refused() throws IOException {
        assertThatThrownBy(() -> open(DataSpec.csv(file("a", "x,x\n1,2\n"), "")))
                .hasMessageContaining("two columns are called 'x'");
        assertThatThrownBy(() -> open(DataSpec.csv(file("b", "x,y\n1,\"2\n"), "")))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining(home.resolve("b") + ": not readable as CSV");
    }

    @Test
    void libsvm_labels_that_leave_open_what_they_mean_are_refused() throws IOException {
        String train = file("a", "-1 1:1\n0 1:1\n");
        assertThatThrownBy(() -> open(DataSpec.libsvm(train, train))).hasMessageContaining("its labels are -1 and 0");
        String three = file("c", "1 1:1\n2 1:1\n3 1:1\n");
        assertThatThrownBy(() -> open(DataSpec.libsvm(three, file("d", "4 1:1\n"))))
                .hasMessageContaining("label 4 does not occur in");
    }

    @ParameterizedTest
    @CsvSource({"0x1p3", "1f", "2D", "1e40", "-Infinity", "''", "1:2"})
    void numbers_only_java_knows_and_endless_ones_are_refused(String value) throws IOException {
        DataSpec spec = DataSpec.libsvm(file("a", "0 1:1\n1 2:" + value + "\n"), "");
        assertThatThrownBy(() -> open(spec))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("line 2: value '" + value + "'");
    }

    @Test
    void the_split_of_one_file_depends_on_the_seed_alone() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 1; i <= 50; i++) rows.append(i % 2).append(" 1:").append(i).append('\n');
        DataSpec spec = DataSpec.libsvm(file("a", rows.toString()), "");
        String first = open(spec.withSplit(0.2, 3)).fingerprint();
        Split again = DataSets.open(spec.withSplit(0.2, 3), home.resolve("elsewhere"));
        assertThat(again.fingerprint()).isEqualTo(first);
        assertThat(open(spec.withSplit(0.2, 4)).fingerprint()).isNotEqualTo(first);
    }

    @Test
    void wrong_settings_are_usage_errors_that_name_their_key() {
        DataSpec csv = DataSpec.csv("a", "");
        assertUsage(() -> csv.withSplit(0, 1), "data.test-fraction must be > 0 and < 1, was 0.0");
        assertUsage(() -> csv.withTable(";;", "y", List.of()), "data.separator must be one character");
        assertUsage(
                () -> csv.withTable(";", "y", List.of(ColumnSpec.numeric("y"))),
                "data.columns must not contain the label");
        assertUsage(() -> csv.withShape(1, 0), "data.classes must be >= 2, was 1");
        assertUsage(() -> csv.withContext(0), "data.context must be 1 .. 1024, was 0");
        assertUsage(() -> ColumnSpec.hashed("a", 0), "buckets of column 'a' must be 1 ..");
        assertUsage(() -> DataSpec.csv("", ""), "data.train is not set");
        assertUsage(() -> DataSpec.idx("a", "b", "c", ""), "data.test-labels is not set");
    }

    private static void assertUsage(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RubatoException.class,
                        e -> assertThat(e.kind().exitCode()).isEqualTo(2))
                .hasMessageContaining(message);
    }
}
