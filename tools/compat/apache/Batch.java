import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs many command lines of Kafka's tools in one JVM, since most of a tool's time is the start of its own. Each line of stdin
 * is a class and its arguments, separated by tabs; for each a line of stdout: exit code, then base64 of stdout and of stderr,
 * each behind an equals sign.
 */
public class Batch {
    /** Instead of the end of the JVM. */
    static class Ended extends RuntimeException {}

    /** What a tool had printed, and its exit code, when it first wanted to exit: some catch what ends them and go on. */
    static String answer;

    static ByteArrayOutputStream out;
    static ByteArrayOutputStream err;

    public static void main(String[] unused) throws Exception {
        Exit.setExitProcedure((code, message) -> end(code));
        Exit.setHaltProcedure((code, message) -> end(code));
        PrintStream answers = System.out;
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answer = null;
            out = new ByteArrayOutputStream();
            err = new ByteArrayOutputStream();
            System.setOut(new PrintStream(out, true, "UTF-8"));
            System.setErr(new PrintStream(err, true, "UTF-8"));
            String[] words = line.split("\t", -1);
            run(words[0], Arrays.copyOfRange(words, 1, words.length));
            answers.println(answer);
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    static void run(String name, String[] args) throws Exception {
        int code = 0;
        try {
            Class.forName(name).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException thrown) {
            thrown.getCause().printStackTrace();
            code = 1;
        }
        keep(code);
    }

    static void end(int code) {
        keep(code);
        throw new Ended();
    }

    static void keep(int code) {
        System.out.flush();
        System.err.flush();
        if (answer == null) answer = code + " =" + base64(out) + " =" + base64(err);
    }

    static String base64(ByteArrayOutputStream bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
