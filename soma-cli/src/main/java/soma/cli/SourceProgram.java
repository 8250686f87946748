package soma.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A program in one source file, compiled in memory. The imports that the user may leave out go in front of the first
 * line, not above it, so that line numbers in messages stay the user's.
 */
final class SourceProgram {

    private static final List<String> MODULES = List.of("java.base", "soma", "soma.datasets", "soma.plot");
    static final String IMPORTS =
            MODULES.stream().map(module -> "import module " + module + "; ").collect(Collectors.joining());
    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+[\\w.]+\\s*;");

    /** The program does not compile; the message is what the compiler says, line by line. */
    static final class CompileException extends Exception {
        CompileException(String message) {
            super(message);
        }
    }

    private final Path file;
    private final Classes classes;

    private SourceProgram(Path file, Classes classes) {
        this.file = file;
        this.classes = classes;
    }

    static SourceProgram compile(Path file) throws IOException, CompileException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("this Java has no compiler: soma run needs a JDK, not a JRE");
        }
        var text = Files.readString(file);
        if (text.startsWith("#!")) {
            text = "//" + text.substring(2);
        }
        var declaration = PACKAGE.matcher(text);
        var at = declaration.find() ? declaration.end() : 0;
        var source = new Source(file, text.substring(0, at) + (at > 0 ? " " : "") + IMPORTS + text.substring(at));

        var found = new DiagnosticCollector<JavaFileObject>();
        try (var files = new Memory(compiler.getStandardFileManager(found, null, null))) {
            var task = compiler.getTask(null, files, found, options(file), null, List.of(source));
            if (!task.call()) {
                throw new CompileException(found.getDiagnostics().stream()
                        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                        .map(diagnostic -> describe(file, diagnostic))
                        .collect(Collectors.joining(System.lineSeparator())));
            }
            return new SourceProgram(file, new Classes(files.compiled()));
        }
    }

    static List<String> options(Path file) {
        var options = new ArrayList<>(List.of("-proc:none", "-Xlint:none", "--add-modules", String.join(",", MODULES)));
        var modulePath = System.getProperty("jdk.module.path", System.getProperty("java.class.path"));
        options.addAll(List.of("--module-path", modulePath));
        var folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            options.addAll(List.of("-sourcepath", folder.toString()));
        }
        return options;
    }

    private static String describe(Path file, Diagnostic<? extends JavaFileObject> diagnostic) {
        var source = diagnostic.getSource();
        var name = source == null ? file.toString() : source.getName();
        var text = name + ":" + diagnostic.getLineNumber() + ": " + diagnostic.getMessage(null);
        try {
            var line = Files.readAllLines(source == null ? file : Path.of(source.toUri()))
                    .get((int) diagnostic.getLineNumber() - 1);
            return text + System.lineSeparator() + "    " + line.strip();
        } catch (IOException | IndexOutOfBoundsException e) {
            return text;
        }
    }

    /** Starts the program as the java launcher would: main with or without arguments, static or not. */
    void main(String... arguments) throws ReflectiveOperationException {
        var method = classes.mains(baseName())
                .findFirst()
                .orElseThrow(
                        () -> new NoSuchMethodException(file + " has no main method; expected void main() { ... }"));
        method.setAccessible(true);
        Object instance = null;
        if (!Modifier.isStatic(method.getModifiers())) {
            var constructor = method.getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            instance = constructor.newInstance();
        }
        Thread.currentThread().setContextClassLoader(classes);
        if (method.getParameterCount() == 0) {
            method.invoke(instance);
        } else {
            method.invoke(instance, (Object) arguments);
        }
    }

    /** True for a stack frame in the program's own code. */
    boolean owns(StackTraceElement frame) {
        return classes.compiled.containsKey(frame.getClassName());
    }

    private String baseName() {
        var name = file.getFileName().toString();
        var dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final Path file;
        private final String text;

        Source(Path file, String text) {
            super(file.toUri(), Kind.SOURCE);
            this.file = file;
            this.text = text;
        }

        @Override
        public String getName() {
            return file.toString();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Bytes extends SimpleJavaFileObject {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Bytes(String name) {
            super(URI.create("memory:///" + name.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    /** Keeps compiled classes in memory. */
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, Bytes> outputs = new LinkedHashMap<>();

        Memory(JavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return outputs.computeIfAbsent(name, Bytes::new);
        }

        Map<String, byte[]> compiled() {
            return outputs.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey,
                            entry -> entry.getValue().bytes.toByteArray(),
                            (first, _) -> first,
                            LinkedHashMap::new));
        }
    }

    private static final class Classes extends ClassLoader {
        private final Map<String, byte[]> compiled;

        Classes(Map<String, byte[]> compiled) {
            super(SourceProgram.class.getClassLoader());
            this.compiled = compiled;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            var bytes = compiled.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        /** Main methods, that of the class named like the file first. */
        Stream<Method> mains(String preferred) {
            var names = compiled.keySet().stream()
                    .filter(name -> name.indexOf('$') < 0)
                    .sorted(Comparator.comparing(name -> !name.endsWith(preferred)))
                    .toList();
            return names.stream().flatMap(name -> mainOf(name).stream());
        }

        private Optional<Method> mainOf(String name) {
            try {
                var type = loadClass(name);
                return Stream.of(new Class<?>[] {String[].class}, new Class<?>[0])
                        .flatMap(parameters -> Stream.of(type.getDeclaredMethods())
                                .filter(method -> method.getName().equals("main"))
                                .filter(method -> Arrays.equals(method.getParameterTypes(), parameters)))
                        .filter(method -> !Modifier.isPrivate(method.getModifiers()))
                        .findFirst();
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
