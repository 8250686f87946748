package soma;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import soma.op.Leaf;

/**
 * The one mutable thing: a named cell that owns an array of numbers, such as a layer's weights or batch norm's running mean.
 *
 * <p>{@link #value} is always the latest expression set, so updates chain; {@link #set} within {@link Soma#training} takes effect
 * when the scope ends or something is evaluated in it, in place and in the same plan. An expression that read an older value and is
 * looked at only afterwards fails with {@link StaleParamException}; it never silently uses the new value.
 */
public final class Param {
    /** Seeds of parameters that nobody seeded, in order of creation. */
    private static final AtomicLong CREATED = new AtomicLong();

    private final long number = CREATED.getAndIncrement();
    private final DType dtype;
    private final boolean trained;
    private final @Nullable BiFunction<Rng, Shape, Tensor> init;
    private String name = "param";
    private @Nullable Shape shape;
    private @Nullable Object array;
    private int version;
    private @Nullable Tensor read;

    private Param(DType dtype, boolean trained, @Nullable Shape shape, @Nullable BiFunction<Rng, Shape, Tensor> init) {
        this.dtype = dtype;
        this.trained = trained;
        this.shape = shape;
        this.init = init;
    }

    /** A trained parameter with these numbers. */
    public static Param of(Tensor value) {
        var p = new Param(value.dtype(), true, value.shape(), null);
        p.array = copy(value);
        return p;
    }

    /** A cell that optimizers leave alone: running statistics, counters. */
    public static Param state(Tensor value) {
        var p = new Param(value.dtype(), false, value.shape(), null);
        p.array = copy(value);
        return p;
    }

    /** A trained float32 parameter that takes its numbers from {@code init} when first used. */
    public static Param lazy(Shape shape, BiFunction<Rng, Shape, Tensor> init) {
        return new Param(DType.FLOAT32, true, shape, init);
    }

    /** Like {@link #lazy(Shape, BiFunction)}, with a shape to be given by {@link #sized} at first sight of data. */
    public static Param lazy(BiFunction<Rng, Shape, Tensor> init) {
        return new Param(DType.FLOAT32, true, null, init);
    }

    private static Object copy(Tensor value) {
        var a = Scope.outside(value::array);
        var copy = java.lang.reflect.Array.newInstance(
                a.getClass().getComponentType(), java.lang.reflect.Array.getLength(a));
        System.arraycopy(a, 0, copy, 0, java.lang.reflect.Array.getLength(a));
        return copy;
    }

    /** Whether the shape is known. */
    public boolean isSized() {
        return shape != null;
    }

    /** Whether the numbers are there. */
    public boolean isInitialized() {
        return array != null;
    }

    /** Whether optimizers change it. */
    public boolean isTrained() {
        return trained;
    }

    /** Element type. */
    public DType dtype() {
        return dtype;
    }

    /** Its name in the model's tree, such as {@code conv1.weight}; for messages. */
    public String name() {
        return name;
    }

    /** Gives it a name. */
    public Param named(String newName) {
        name = newName;
        return this;
    }

    /** Its shape; an exception while that is not known. */
    public Shape shape() {
        var s = shape;
        if (s == null) {
            throw new ShapeException(
                    name + ": its shape is not known yet; it takes it at first sight of data, so call forward"
                            + " once, or give the layer its input size");
        }
        return s;
    }

    /** Gives the shape if it is not known yet; otherwise it must be the same. */
    public synchronized Param sized(Shape wanted) {
        if (shape == null) {
            shape = wanted;
        } else if (!shape.equals(wanted)) {
            throw new ShapeException(name + ": has shape " + shape + ", expected " + wanted);
        }
        return this;
    }

    /** Draws the first numbers from {@code rng}, if they are not there yet. */
    public synchronized Param initialize(Rng rng) {
        if (array == null && init != null) {
            var made = Scope.outside(() -> init.apply(rng, shape()));
            if (!made.shape().equals(shape())) {
                throw new ShapeException(
                        name + ": its initializer made shape " + made.shape() + ", expected " + shape());
            }
            array = copy(made.to(dtype));
        }
        return this;
    }

    /** The latest value: the expression last set in this scope, else what the cell holds. */
    public Tensor value() {
        var pending = Scope.pending(this);
        return pending != null ? pending : read();
    }

    private synchronized Tensor read() {
        if (array == null) {
            initialize(Rng.seed(0).fold(number));
        }
        var r = read;
        if (r == null || r.isEvaluated() && Soma.isTracing()) {
            r = Tensor.of(new Leaf.ParamRead(this, version));
            read = r;
        }
        return r;
    }

    /**
     * A new value. Within {@link Soma#training} it is committed with the scope's other updates; outside, at once.
     */
    public void set(Tensor value) {
        if (!value.shape().equals(shape()) || value.dtype() != dtype) {
            throw new ShapeException(
                    name + ": set to " + value.shape() + " " + value.dtype() + ", expected " + shape() + " " + dtype);
        }
        read();
        Scope.set(this, value);
    }

    /** Replaces the numbers at once, as when weights are loaded. */
    public synchronized void load(Tensor value) {
        if (shape == null) {
            shape = value.shape();
        }
        if (!value.shape().equals(shape)) {
            throw new ShapeException(name + ": given shape " + value.shape() + ", expected " + shape);
        }
        var numbers = value.to(dtype).array();
        var own = array;
        if (own == null) {
            array = copy(value.to(dtype));
        } else {
            System.arraycopy(numbers, 0, own, 0, shape.size());
        }
        changed();
    }

    /** The array itself, for the executor: never to be written by others. */
    public Object array() {
        read();
        return java.util.Objects.requireNonNull(array);
    }

    /** The array if it still holds what it held at {@code wanted}. */
    public Object array(int wanted) {
        if (wanted != version) {
            throw new StaleParamException(
                    name + ": an expression was looked at after the parameter it reads had been updated. Look at it"
                            + " (item(), toFloatArray(), Soma.eval) before the update, or build it again from value()");
        }
        return array();
    }

    synchronized void changed() {
        version++;
        read = null;
    }

    @Override
    public String toString() {
        return name + (shape == null ? "(?)" : shape.toString()) + " " + dtype;
    }
}
