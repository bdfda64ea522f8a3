package rubato.cli;

import com.google.gson.Gson;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import rubato.data.Catalog;
import rubato.data.DataHome;
import rubato.data.DataSets;
import rubato.data.Split;

/** {@code rubato data}: the data sets known by name. */
@Command(
        name = "data",
        description = "List or obtain the data sets known by name.",
        subcommands = {DataCommand.ListCommand.class, DataCommand.GetCommand.class})
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed: list, get");
    }

    /** {@code rubato data list}. */
    @Command(name = "list", description = "List the known data sets.")
    static final class ListCommand implements Callable<Integer> {
        private final Console console;

        @Option(names = "--json", description = "Print them as JSON.")
        private boolean json;

        ListCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            List<Catalog.Listing> all = Catalog.list(DataHome.directory());
            if (json) {
                console.print(new Gson().toJson(all));
                return 0;
            }
            for (Catalog.Listing set : all) {
                console.print(String.format("%-15s %s", set.name(), set.about()));
                console.print(String.format("%-15s %s %s", "", set.present() ? "here:" : "from:", set.where()));
            }
            return 0;
        }
    }

    /** {@code rubato data get NAME}. */
    @Command(name = "get", description = "Obtain a known data set and check it.")
    static final class GetCommand implements Callable<Integer> {
        private final Console console;

        @Parameters(paramLabel = "NAME", description = "fashion-mnist, mnist, bank-marketing or spam.")
        private String name = "";

        GetCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() {
            Split split = DataSets.open(
                    Catalog.get(name, DataHome.directory(), console.err()::println),
                    DataHome.directory().resolve("cache"));
            console.print(String.format(
                    "%s: %d training samples, %d test samples, %d features, %d classes",
                    name,
                    split.train().size(),
                    split.test().size(),
                    split.train().features(),
                    split.train().classes()));
            return 0;
        }
    }
}
