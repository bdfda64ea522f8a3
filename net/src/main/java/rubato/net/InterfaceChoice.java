package rubato.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import rubato.error.RubatoException;

/**
 * The interface that the list {@code net.interfaces} chooses: the first rule that an address of the machine fits and no exclusion
 * forbids; with exclusions alone, any that is not loopback. Of several addresses IPv4 comes first, link-local ones last.
 */
public final class InterfaceChoice {
    private static final Comparator<Candidate> PREFERENCE = Comparator.comparingInt(Candidate::cost);

    private record Candidate(String name, InetAddress address) {
        int cost() {
            if (address.isLinkLocalAddress()) return 2;
            return address instanceof Inet4Address ? 0 : 1;
        }

        @Override
        public String toString() {
            return name + " " + address.getHostAddress();
        }
    }

    private final List<String> texts;
    private final List<InterfaceRule> wanted = new ArrayList<>();
    private final List<InterfaceRule> excluded = new ArrayList<>();

    private InterfaceChoice(List<String> texts) {
        this.texts = List.copyOf(texts);
    }

    /** @return empty if one of the texts is no rule */
    private static Optional<InterfaceChoice> parsed(List<String> texts) {
        InterfaceChoice choice = new InterfaceChoice(texts);
        for (String text : texts) {
            boolean not = text.startsWith("!");
            Optional<InterfaceRule> rule = InterfaceRule.parse(not ? text.substring(1) : text);
            if (rule.isEmpty()) return Optional.empty();
            (not ? choice.excluded : choice.wanted).add(rule.get());
        }
        return Optional.of(choice);
    }

    /** Whether every text is a rule. */
    public static boolean isValid(List<String> texts) {
        return parsed(texts).isPresent();
    }

    public static InterfaceChoice of(List<String> texts) {
        return parsed(texts).orElseThrow(() -> new IllegalArgumentException(texts + " are not all rules"));
    }

    /** @throws RubatoException of usage, if nothing matches: it says what was asked for and what there is */
    public InetAddress among(Interfaces machine) {
        List<Candidate> all = new ArrayList<>();
        for (Interfaces.Interface each : machine.up())
            for (InetAddress address : each.addresses()) all.add(new Candidate(each.name(), address));
        List<Candidate> allowed = all.stream()
                .filter(candidate ->
                        excluded.stream().noneMatch(rule -> rule.matches(candidate.name, candidate.address)))
                .sorted(PREFERENCE)
                .toList();
        return chosen(allowed)
                .orElseThrow(() -> RubatoException.usage("net.interfaces = [" + String.join(", ", texts)
                                + "] matches no interface that is up; there are " + there(all))
                        .remedy("name one of them, or a network one of them is in"));
    }

    private Optional<InetAddress> chosen(List<Candidate> allowed) {
        if (wanted.isEmpty())
            return allowed.stream()
                    .map(Candidate::address)
                    .filter(address -> !address.isLoopbackAddress())
                    .findFirst();
        return wanted.stream()
                .flatMap(rule -> allowed.stream().filter(candidate -> rule.matches(candidate.name, candidate.address)))
                .map(Candidate::address)
                .findFirst();
    }

    private static String there(List<Candidate> all) {
        return all.isEmpty() ? "none" : all.stream().map(Candidate::toString).collect(Collectors.joining(", "));
    }
}
