package rubato.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes trees of records as bytes and reads them back. Components may be int, long, double, boolean, {@link String},
 * byte[], {@link List} of any of these, enums, records, and sealed interfaces of records; an interface's record is told by
 * its place in the {@code permits} order, so no class name is ever in the data and nothing outside the declared types can
 * be made from it. Sizes are checked against the bytes at hand before anything is allocated.
 */
public final class RecordCodec<T> {
    private static final int MAX_DEPTH = 32;
    private static final long MAX_BYTES = Integer.MAX_VALUE - 8;
    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    private final Class<T> root;

    private RecordCodec(Class<T> root) {
        this.root = root;
    }

    /** A codec for a record class or a sealed interface of records. */
    public static <T> RecordCodec<T> of(Class<T> root) {
        if (!root.isRecord() && !root.isSealed())
            throw new IllegalArgumentException(root + " is neither record nor sealed");
        return new RecordCodec<>(root);
    }

    public byte[] encode(T value) {
        Growing out = new Growing();
        write(out, root, value);
        return out.toBytes();
    }

    /** Reads one value that fills the bytes exactly. */
    public T decode(byte[] bytes) {
        return decode(ByteBuffer.wrap(bytes));
    }

    /** Reads one value that fills the buffer exactly. */
    public T decode(ByteBuffer in) {
        ByteBuffer bigEndian = in.duplicate();
        T value = root.cast(read(bigEndian, root, 0));
        if (bigEndian.hasRemaining())
            throw new CodecException(bigEndian.remaining() + " bytes too many after " + root.getSimpleName());
        in.position(in.limit());
        return value;
    }

    private static final ClassValue<Class<?>[]> PERMITTED = new ClassValue<>() {
        @Override
        protected Class<?>[] computeValue(Class<?> sealed) {
            return sealed.getPermittedSubclasses();
        }
    };

    private record Shape(Constructor<?> constructor, RecordComponent[] components) {}

    private static Shape shape(Class<?> type) {
        return SHAPES.computeIfAbsent(type, t -> {
            RecordComponent[] components = t.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                Constructor<?> constructor = t.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                for (RecordComponent component : components)
                    component.getAccessor().setAccessible(true);
                return new Shape(constructor, components);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void write(Growing out, Type type, Object value) {
        if (type instanceof ParameterizedType list) {
            List<?> items = (List<?>) value;
            out.putInt(items.size());
            int from = out.size;
            for (Object item : items) write(out, list.getActualTypeArguments()[0], item);
            if (out.size - from < items.size())
                throw new IllegalArgumentException("no encoding for a list of records without components: " + type);
            return;
        }
        Class<?> raw = (Class<?>) type;
        if (raw == long.class || raw == Long.class) out.putLong((Long) value);
        else if (raw == int.class || raw == Integer.class) out.putInt((Integer) value);
        else if (raw == double.class || raw == Double.class) out.putLong(Double.doubleToRawLongBits((Double) value));
        else if (raw == boolean.class || raw == Boolean.class) out.put((Boolean) value ? 1 : 0);
        else if (raw == String.class) out.putBytes(((String) value).getBytes(StandardCharsets.UTF_8));
        else if (raw == byte[].class) out.putBytes((byte[]) value);
        else if (raw.isEnum()) out.put(((Enum<?>) value).ordinal());
        else if (raw.isSealed()) {
            int tag = tagOf(raw, value);
            out.put(tag);
            write(out, PERMITTED.get(raw)[tag], value);
        } else if (raw.isRecord()) writeRecord(out, raw, value);
        else throw new IllegalArgumentException("no encoding for " + raw);
    }

    /** Place of the permitted type a value belongs to; that type may be sealed itself. */
    private static int tagOf(Class<?> sealed, Object value) {
        Class<?>[] permitted = PERMITTED.get(sealed);
        for (int tag = 0; tag < permitted.length; tag++) if (permitted[tag].isInstance(value)) return tag;
        throw new IllegalArgumentException("no encoding for " + value + " as " + sealed);
    }

    private static void writeRecord(Growing out, Class<?> raw, Object value) {
        for (RecordComponent component : shape(raw).components()) {
            try {
                write(out, component.getGenericType(), component.getAccessor().invoke(value));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
    }

    private static Object read(ByteBuffer in, Type type, int depth) {
        if (depth > MAX_DEPTH) throw new CodecException("nested deeper than " + MAX_DEPTH);
        if (type instanceof ParameterizedType list) return readList(in, list.getActualTypeArguments()[0], depth);
        Class<?> raw = (Class<?>) type;
        if (raw == long.class || raw == Long.class) return need(in, 8, raw).getLong();
        if (raw == int.class || raw == Integer.class) return need(in, 4, raw).getInt();
        if (raw == double.class || raw == Double.class)
            return Double.longBitsToDouble(need(in, 8, raw).getLong());
        if (raw == boolean.class || raw == Boolean.class) return readBoolean(in);
        if (raw == String.class) return new String(readBytes(in), StandardCharsets.UTF_8);
        if (raw == byte[].class) return readBytes(in);
        if (raw.isEnum()) return pick(raw.getEnumConstants(), in, raw);
        if (raw.isSealed()) return read(in, pick(PERMITTED.get(raw), in, raw), depth + 1);
        if (raw.isRecord()) return readRecord(in, raw, depth);
        throw new IllegalArgumentException("no encoding for " + raw);
    }

    private static Object readRecord(ByteBuffer in, Class<?> raw, int depth) {
        Shape shape = shape(raw);
        Object[] arguments = new Object[shape.components().length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = read(in, shape.components()[i].getGenericType(), depth + 1);
        }
        try {
            return shape.constructor().newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new CodecException("bad " + raw.getSimpleName() + ": " + e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Object> readList(ByteBuffer in, Type element, int depth) {
        int size = need(in, 4, List.class).getInt();
        if (size < 0 || size > in.remaining())
            throw new CodecException("list of " + size + " in " + in.remaining() + " bytes");
        List<Object> items = new ArrayList<>(Math.min(size, 1024));
        for (int i = 0; i < size; i++) items.add(read(in, element, depth + 1));
        return items;
    }

    private static boolean readBoolean(ByteBuffer in) {
        byte value = need(in, 1, boolean.class).get();
        if (value != 0 && value != 1) throw new CodecException("boolean must be 0 or 1, was " + value);
        return value == 1;
    }

    private static byte[] readBytes(ByteBuffer in) {
        int size = need(in, 4, byte[].class).getInt();
        if (size < 0 || size > in.remaining())
            throw new CodecException("bytes of length " + size + " in " + in.remaining());
        byte[] bytes = new byte[size];
        in.get(bytes);
        return bytes;
    }

    private static <E> E pick(E[] choices, ByteBuffer in, Class<?> what) {
        int tag = need(in, 1, what).get() & 0xFF;
        if (tag >= choices.length) throw new CodecException("no " + what.getSimpleName() + " with tag " + tag);
        return choices[tag];
    }

    private static ByteBuffer need(ByteBuffer in, int bytes, Class<?> what) {
        if (in.remaining() < bytes)
            throw new CodecException("cut short: " + what.getSimpleName() + " needs " + bytes + " bytes");
        return in;
    }

    /** Bytes that grow as they are written. */
    private static final class Growing {
        private byte[] bytes = new byte[256];
        private int size;

        private void ensure(int more) {
            int needed = Math.addExact(size, more);
            if (needed > bytes.length)
                bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(2L * size, needed)));
        }

        void put(int value) {
            ensure(1);
            bytes[size++] = (byte) value;
        }

        void putInt(int value) {
            ensure(4);
            for (int shift = 24; shift >= 0; shift -= 8) bytes[size++] = (byte) (value >>> shift);
        }

        void putLong(long value) {
            putInt((int) (value >>> 32));
            putInt((int) value);
        }

        void putBytes(byte[] value) {
            putInt(value.length);
            ensure(value.length);
            System.arraycopy(value, 0, bytes, size, value.length);
            size += value.length;
        }

        /** To be called last: what ends in many bytes is not copied once more. */
        byte[] toBytes() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
    }
}
