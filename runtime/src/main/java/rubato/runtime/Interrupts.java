package rubato.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Ctrl-C and SIGTERM as calls. The JVM's signal class is not part of the standard library, so it is reached by reflection;
 * where it is missing the JVM's own behaviour stays (shutdown at once).
 */
public final class Interrupts {
    /** Exit code after SIGINT, as shells have it: 128 + 2. */
    public static final int INTERRUPTED = 130;
    /** Exit code after SIGTERM: 128 + 15. */
    public static final int TERMINATED = 143;

    private Interrupts() {}

    /** The first signal calls {@code first} with its exit code, on a thread of its own; the second {@code second}. */
    public static void handle(IntConsumer first, IntConsumer second) {
        AtomicInteger seen = new AtomicInteger();
        IntConsumer each = code -> (seen.incrementAndGet() == 1 ? first : second).accept(code);
        on("INT", () -> each.accept(INTERRUPTED));
        on("TERM", () -> each.accept(TERMINATED));
    }

    /** A worker: SIGTERM calls {@code leave}, a second one ends at once; Ctrl-C is left to the launcher, which gets it too. */
    static void terminate(Runnable leave) {
        AtomicInteger seen = new AtomicInteger();
        on("INT", () -> {});
        on("TERM", () -> {
            if (seen.incrementAndGet() == 1) leave.run();
            else Runtime.getRuntime().halt(TERMINATED);
        });
    }

    private static void on(String signal, Runnable action) {
        try {
            Class<?> signalClass = Class.forName("sun.misc.Signal");
            Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Interrupts.class.getClassLoader(), new Class<?>[] {handlerClass}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) action.run();
                        return method.getName().equals("hashCode") ? System.identityHashCode(proxy) : null;
                    });
            Method handle = signalClass.getMethod("handle", signalClass, handlerClass);
            handle.invoke(null, signalClass.getConstructor(String.class).newInstance(signal), handler);
        } catch (ClassNotFoundException | NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            return;
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException)) throw new IllegalStateException(e.getCause());
        }
    }
}
