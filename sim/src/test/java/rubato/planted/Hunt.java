package rubato.planted;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import rubato.sim.Torture;

/** Runs simulated schedules and the fast tests of classes and prints what failed, one line each: {@code CAUGHT name}. */
public final class Hunt {
    private Hunt() {}

    /** @param classes seed, number of schedules, then names of test classes */
    public static void main(String[] classes) {
        List<String> violation = new ArrayList<>();
        new Torture(violation::add).run(Long.parseLong(classes[0]), Long.parseLong(classes[1]));
        if (!violation.isEmpty()) System.out.println("CAUGHT torture: " + violation.get(0));
        for (int i = 2; i < classes.length; i++) run(classes[i]);
    }

    private static void run(String name) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(name))
                .filters(TagFilter.excludeTags("slow"))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() && result.getStatus() == TestExecutionResult.Status.FAILED)
                    System.out.println("CAUGHT " + name.substring(name.lastIndexOf('.') + 1) + "."
                            + test.getDisplayName().replace("()", ""));
            }
        });
    }
}
