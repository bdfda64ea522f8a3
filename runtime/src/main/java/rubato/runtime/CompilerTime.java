package rubato.runtime;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What this JVM's compilers have worked since it started, ms; always 0 on a JVM that does not tell. */
final class CompilerTime implements LongSupplier {
    private @Nullable LongSupplier source;

    @Override
    public long getAsLong() {
        LongSupplier known = source;
        if (known == null) source = known = find();
        return known.getAsLong();
    }

    private static LongSupplier find() {
        CompilationMXBean bean = ManagementFactory.getCompilationMXBean();
        return bean == null || !bean.isCompilationTimeMonitoringSupported() ? () -> 0 : bean::getTotalCompilationTime;
    }
}
