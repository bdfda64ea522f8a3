package rubato.djl;

import ai.djl.nn.Block;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.function.Supplier;
import rubato.error.RubatoException;

/** A user's class that is a {@link Block}, or a {@link Supplier} of one, with a public constructor without arguments. */
record UserBlock(Class<?> type) {
    /** The class of this name if there is one that is a block or a supplier. */
    static Optional<UserBlock> find(String name) {
        if (!name.contains(".")) return Optional.empty();
        try {
            Class<?> type = Class.forName(name, false, loader());
            boolean usable = Block.class.isAssignableFrom(type) || Supplier.class.isAssignableFrom(type);
            return usable && !Modifier.isAbstract(type.getModifiers())
                    ? Optional.of(new UserBlock(type))
                    : Optional.empty();
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    private static ClassLoader loader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : ClassLoader.getSystemClassLoader();
    }

    /** A new block of this class. */
    Block make() {
        Object made = construct();
        Object block = made instanceof Supplier<?> supplier ? supplier.get() : made;
        if (block instanceof Block good) return good;
        throw RubatoException.usage("model " + type.getName() + " supplies "
                + (block == null ? "null" : block.getClass().getName()) + ", not an ai.djl.nn.Block");
    }

    private Object construct() {
        try {
            return type.getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw RubatoException.failed("the constructor of model " + type.getName() + " failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw RubatoException.usage("model " + type.getName() + " has no public constructor without arguments");
        }
    }
}
