package rubato.chaos;

/** Rules of nftables by which the kernel drops packets of single addresses; only in a {@link Room}. */
final class Firewall {
    private static final String TABLE = "chaos";

    private Firewall() {}

    static void set() {
        Shell.run("nft", "add table ip " + TABLE);
        Shell.run("nft", "add set ip " + TABLE + " from { type ipv4_addr; }");
        Shell.run("nft", "add set ip " + TABLE + " to { type ipv4_addr; }");
        Shell.run("nft", "add chain ip " + TABLE + " in { type filter hook input priority 0; policy accept; }");
        Shell.run("nft", "add rule ip " + TABLE + " in ip saddr @from drop");
        Shell.run("nft", "add rule ip " + TABLE + " in ip daddr @to drop");
    }

    static void drop(String address, boolean from, boolean to) {
        change("add", address, from, to);
    }

    static void let(String address, boolean from, boolean to) {
        change("delete", address, from, to);
    }

    private static void change(String what, String address, boolean from, boolean to) {
        if (from) Shell.run("nft", what + " element ip " + TABLE + " from { " + address + " }");
        if (to) Shell.run("nft", what + " element ip " + TABLE + " to { " + address + " }");
    }
}
